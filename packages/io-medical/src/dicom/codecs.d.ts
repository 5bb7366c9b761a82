/** The WebAssembly decoders ship without types: the part that is used here. */
interface WasmFrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned?: boolean
}

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  getFrameInfo(): WasmFrameInfo
  delete(): void
}

interface WasmSettings {
  print(this: void, text: string): void
  printErr(this: void, text: string): void
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  function load(settings: WasmSettings): Promise<{ JpegLSDecoder: new () => WasmDecoder }>
  export = load
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  function load(settings: WasmSettings): Promise<{ J2KDecoder: new () => WasmDecoder }>
  export = load
}

declare module '@cornerstonejs/codec-openjph' {
  function load(settings: WasmSettings): Promise<{ HTJ2KDecoder: new () => WasmDecoder }>
  export = load
}
