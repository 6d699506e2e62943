// A ring of datagrams in memory of JavaScript's, and the methods by which JavaScript empties it.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "addon_object.h"
#include "addon_values.h"
#include "receive/datagram_ring.h"

namespace flowtap::node {

class RingMemory {
 public:
  /// False, with an error thrown, when `buffer` is no ArrayBuffer that is large enough.
  bool hold(napi_env env, napi_value buffer) {
    void* memory = nullptr;
    size_t size = 0;
    if (napi_get_arraybuffer_info(env, buffer, &memory, &size) != napi_ok ||
        size < 2 * datagramSize(DatagramRing::longest) || size % 8 != 0 || !buffer_.hold(env, buffer)) {
      fail(env, "the memory for datagrams is too small");
      return false;
    }
    ring_ = std::make_unique<DatagramRing>(static_cast<uint8_t*>(memory), size);
    return true;
  }

  DatagramRing& ring() { return *ring_; }

 private:
  Reference buffer_;
  std::unique_ptr<DatagramRing> ring_;
};

/// poll(): octets of whole datagrams that lie in one piece behind those released
template <typename Object>
napi_value pollRing(const Call& call, Object& object) {
  return make(call.env, static_cast<double>(object.memory.ring().available()));
}

/// release(octets)
template <typename Object>
napi_value releaseRing(const Call& call, Object& object) {
  double octets = 0;
  napi_get_value_double(call.env, call.arguments[0], &octets);
  DatagramRing& ring = object.memory.ring();
  if (!(octets >= 0 && octets <= static_cast<double>(ring.available())))
    return fail(call.env, "more octets released than there are");
  ring.release(static_cast<size_t>(octets));
  return nullptr;
}

}  // namespace flowtap::node
