{
  "targets": [
    {
      "target_name": "stack_table",
      "sources": ["stack-table.cc"],
      "cflags": ["-fno-omit-frame-pointer"],
      "xcode_settings": { "OTHER_CFLAGS": ["-fno-omit-frame-pointer"] }
    }
  ]
}
