{
  "variables": {
    # Where oneDNN lies when not in the system's own folders; with a static library when the file name is given.
    "onednn_prefix%": "<!(node -p \"process.env.ONEDNN_PREFIX || ''\")",
    "onednn_library%": "<!(node -p \"process.env.ONEDNN_LIBRARY || '-ldnnl'\")",
    "openmp_prefix%": "<!(node -p \"process.env.OPENMP_PREFIX || '/opt/homebrew/opt/libomp'\")"
  },
  "targets": [
    {
      "target_name": "onednn",
      "sources": ["<!@(node -p \"require('fs').readdirSync('native').filter(f => f.endsWith('.cc')).map(f => 'native/' + f).join(' ')\")"],
      "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++17", "-O3", "-fexceptions", "-fopenmp", "-Wall", "-Wextra", "-fno-math-errno", "-fno-trapping-math"],
      "conditions": [
        ["onednn_prefix != ''", {
          "include_dirs": ["<(onednn_prefix)/include"],
          "library_dirs": ["<(onednn_prefix)/lib"]
        }],
        ["OS == 'linux'", { "libraries": ["<(onednn_library)", "-fopenmp"] }],
        ["OS == 'mac'", {
          "include_dirs": ["<(openmp_prefix)/include", "/opt/homebrew/include"],
          "libraries": ["<(onednn_library)", "-lomp", "-L<(openmp_prefix)/lib", "-L/opt/homebrew/lib"],
          "xcode_settings": {
            "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "MACOSX_DEPLOYMENT_TARGET": "13.0",
            "OTHER_CPLUSPLUSFLAGS": ["-O3", "-Xpreprocessor", "-fopenmp", "-fno-math-errno", "-fno-trapping-math"]
          }
        }],
        ["OS == 'win'", {
          "libraries": ["dnnl.lib"],
          "msvs_settings": { "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": ["/std:c++17", "/O2", "/openmp:experimental", "/Zc:preprocessor"] } }
        }]
      ]
    }
  ]
}
