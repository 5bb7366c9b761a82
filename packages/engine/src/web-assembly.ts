/**
 * The few types of the WebAssembly interface used here; neither the ES library nor Node's types declare them.
 *
 * @module
 */

/** A linear memory. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** Node's WebAssembly. */
export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly
