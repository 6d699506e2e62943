// Knows Node: class RowFormatter.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon_arrays.h"
#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "text/row_formatter.h"

namespace flowtap::node {

namespace {

/// new RowFormatter(columns, style); src/text/row_lines.ts says what is in them.
napi_value construct(const Call& call) {
  const napi_env env = call.env;
  const napi_value given = call.arguments[0];
  const napi_value chosen = call.arguments[1];
  std::vector<CellColumn> columns(lengthOf(env, given));
  for (uint32_t at = 0; at < columns.size(); ++at) {
    const napi_value column = element(env, given, at);
    columns[at].kind = static_cast<CellKind>(numberOf(env, column, "kind"));
    columns[at].type = static_cast<ValueType>(numberOf(env, column, "type"));
    columns[at].before = text(env, property(env, column, "before"));
    columns[at].width = static_cast<size_t>(numberOf(env, column, "width"));
    const napi_value texts = property(env, column, "texts");
    for (uint32_t each = 0; each < lengthOf(env, texts); ++each)
      columns[at].texts.push_back(text(env, element(env, texts, each)));
  }
  LineStyle style;
  style.end = text(env, property(env, chosen, "end"));
  style.missing = text(env, property(env, chosen, "missing"));
  style.wide = static_cast<WideIntegers>(numberOf(env, chosen, "wide"));
  const std::string date = text(env, property(env, chosen, "date"));
  const std::string join = text(env, property(env, chosen, "join"));
  if (date.size() == 1) style.time.date = date[0];
  if (join.size() == 1) style.time.join = join[0];
  style.time.fraction = static_cast<TimeForm::Fraction>(numberOf(env, chosen, "fraction"));
  return constructed(call, std::make_unique<RowFormatter>(std::move(columns), std::move(style)));
}

/// format(arrays, first, count, output: Uint8Array, ends?: Int32Array): octets written
napi_value format(const Call& call, RowFormatter& formatter) {
  const napi_env env = call.env;
  const auto& arguments = call.arguments;
  uint32_t first = 0;
  uint32_t count = 0;
  if (napi_get_value_uint32(env, arguments[1], &first) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &count) != napi_ok)
    return fail(env, "format takes arrays, the first row and how many");
  const auto& parts = formatter.parts();
  std::vector<const void*> values(parts.size());
  const size_t rows = size_t{first} + count;
  bool fits = lengthOf(env, arguments[0]) == parts.size();
  for (uint32_t at = 0; fits && at < parts.size(); ++at) {
    values[at] = arrayMemory(env, element(env, arguments[0], at), rows * widthOf(parts[at]));
    fits = values[at] != nullptr;
  }
  auto* output = static_cast<char*>(arrayMemory(env, arguments[3], count * formatter.widest()));
  int32_t* ends = nullptr;
  if (call.count == 5) {
    ends = static_cast<int32_t*>(arrayMemory(env, arguments[4], count * sizeof *ends));
    fits = fits && ends != nullptr;
  }
  if (!fits || output == nullptr) return fail(env, "arrays of values or output are too small or too few");
  return make(env, static_cast<double>(formatter.format(values.data(), first, count, output, ends)));
}

/// widest(): octets that no line exceeds
napi_value widest(const Call& call, RowFormatter& formatter) {
  return make(call.env, static_cast<double>(formatter.widest()));
}

}  // namespace

void exportRowFormatter(napi_env env, napi_value exports) {
  addClass<construct>(env, exports, "RowFormatter", {method<format>("format"), method<widest>("widest")});
}

}  // namespace flowtap::node
