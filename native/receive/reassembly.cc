#include "receive/reassembly.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace flowtap {

namespace {

/// Captures may hold any time, so that a difference may not fit.
bool isOver(int64_t begun, int64_t now) {
  return now > begun && static_cast<uint64_t>(now) - static_cast<uint64_t>(begun) > Reassembly::lifetime;
}

}  // namespace

void Reassembly::giveUp(Slot& slot) {
  givenUp_ += slot.parts;
  waiting_ -= slot.parts;
  slot.used = false;
}

Reassembly::Slot& Reassembly::slotFor(const FragmentKey& key, int64_t time) {
  Slot* chosen = nullptr;
  for (Slot& slot : slots_) {
    if (slot.used && isOver(slot.begun, time)) giveUp(slot);
    if (slot.used && std::memcmp(&slot.key, &key, sizeof key) == 0) return slot;
    if (chosen == nullptr || (chosen->used && (!slot.used || slot.begun < chosen->begun))) chosen = &slot;
  }
  if (slots_.size() < most && (chosen == nullptr || chosen->used)) chosen = &slots_.emplace_back();
  if (chosen->used) giveUp(*chosen);
  chosen->used = true;
  chosen->key = key;
  chosen->begun = time;
  chosen->end = chosen->units = chosen->parts = 0;
  chosen->have.reset();
  chosen->data.clear();
  return *chosen;
}

/// Whether the parts of one datagram cannot all be true: what lies behind its end, a second end, two for one place.
/// Overlaps are never honest (RFC 5722), and mixing the two would let a sender choose what is read.
bool Reassembly::contradicts(const Slot& slot, const FragmentPart& part) {
  const uint32_t end = part.offset + part.octets;
  if (slot.end != 0 && (!part.more || end > slot.end)) return true;
  if (!part.more && end < slot.data.size()) return true;
  for (uint32_t unit = part.offset / 8; unit < (end + 7) / 8; ++unit)
    if (slot.have[unit]) return true;
  return false;
}

Reassembly::Whole Reassembly::add(const FragmentKey& key, const FragmentPart& part, int64_t time) {
  // All but the last one are cut at multiples of 8; nothing reaches beyond what a datagram can be.
  if (part.octets == 0 || part.offset >= longest || part.octets >= longest - part.offset || part.offset % 8 != 0 ||
      (part.more && part.octets % 8 != 0)) {
    ++givenUp_;
    return {};
  }
  Slot& slot = slotFor(key, time);
  if (contradicts(slot, part)) {
    ++givenUp_;
    return {};
  }
  const uint32_t end = part.offset + part.octets;
  if (!part.more) slot.end = end;
  if (slot.data.size() < end) slot.data.resize(end);
  std::copy_n(part.data, part.octets, slot.data.begin() + part.offset);
  for (uint32_t unit = part.offset / 8; unit < (end + 7) / 8; ++unit) slot.have[unit] = true;
  slot.units += (part.octets + 7) / 8;
  ++slot.parts;
  ++waiting_;
  if (slot.end == 0 || slot.units < (slot.end + 7) / 8) return {};
  waiting_ -= slot.parts;
  slot.used = false;
  std::swap(whole_, slot.data);
  return {whole_.data(), slot.end, slot.parts};
}

}  // namespace flowtap
