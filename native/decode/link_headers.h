// What the headers below IP have told so far.
#pragma once

#include <cstdint>

#include "decode/packet.h"

namespace flowtap {

/// Filled by the link-layer readers. Each of them has the form
///   Ignored read…(Cursor& cursor, LinkHeaders& link)
/// and either moves the cursor to what `link.etherType` then names and returns Ignored::none, or says why the frame
/// cannot be metered; with Ignored::nonIp, `link.etherType` is the number to count it under.
struct LinkHeaders {
  uint16_t etherType = 0;              // of what is at the cursor
  uint16_t vlanId = 0;                 // innermost tag
  uint16_t serviceVlanId = 0;          // outermost of two or more tags
  uint8_t vlanTags = 0;                // tags of the innermost Ethernet frame
  uint8_t mplsDepth = 0;               // labels of the innermost stack
  uint8_t mplsTopTtl = 0;              // of the innermost stack
  uint32_t mplsLabels[3];              // the first mplsDepth are set
  const uint8_t* sourceMac = nullptr;  // of the innermost Ethernet or 802.11 frame
  const uint8_t* destinationMac = nullptr;
};

}  // namespace flowtap
