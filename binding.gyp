{
  "targets": [
    {
      "target_name": "flowtap",
      "sources": [
        "<!@(ls native/addon*.cc)",
        "native/meter.cc",
        "<!@(ls native/source/*.cc native/decode/*.cc native/flow/*.cc native/text/*.cc native/host/*.cc native/receive/*.cc)"
      ],
      "include_dirs": ["native"],
      "defines": ["NAPI_VERSION=8"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-O3", "-flto=2", "-fno-semantic-interposition", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden"],
      "ldflags": ["-O3", "-flto=2"],
      "libraries": ["-ldl"]
    }
  ]
}
