#include "receive/reassembly.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace flowtap {

void Reassembly::giveUp(Slot& slot) {
  givenUp_ += slot.parts;
  waiting_ -= slot.parts;
  slot.used = false;
}

Reassembly::Slot& Reassembly::slotFor(const FragmentKey& key, int64_t time) {
  Slot* chosen = nullptr;
  for (Slot& slot : slots_) {
    if (slot.used && time - slot.begun > lifetime) giveUp(slot);
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

Reassembly::Whole Reassembly::add(const FragmentKey& key, const FragmentPart& part, int64_t time) {
  const uint32_t end = part.offset + part.octets;
  // All but the last one are cut at multiples of 8; nothing reaches beyond what a datagram can be.
  if (end >= longest || part.octets == 0 || (part.more && part.octets % 8 != 0)) {
    ++givenUp_;
    return {};
  }
  Slot& slot = slotFor(key, time);
  const bool contradicts = slot.end != 0 && (part.more ? end > slot.end : end != slot.end);
  const bool isTwice = slot.have[part.offset / 8];
  if (contradicts || isTwice) {
    ++givenUp_;
    return {};
  }
  if (!part.more) slot.end = end;
  if (slot.data.size() < end) slot.data.resize(end);
  std::copy_n(part.data, part.octets, slot.data.begin() + part.offset);
  for (uint32_t unit = part.offset / 8; unit < (end + 7) / 8; ++unit) {
    slot.units += slot.have[unit] ? 0 : 1;
    slot.have[unit] = true;
  }
  ++slot.parts;
  ++waiting_;
  if (slot.end == 0 || slot.units < (slot.end + 7) / 8) return {};
  waiting_ -= slot.parts;
  slot.used = false;
  std::swap(whole_, slot.data);
  return {whole_.data(), slot.end, slot.parts};
}

}  // namespace flowtap
