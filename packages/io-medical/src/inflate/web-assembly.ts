/**
 * The part of the `WebAssembly` global that the inflater uses: its types belong to the DOM library, which Node code is not
 * checked against.
 *
 * @module
 */

/** Memory of an instance. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** A compiled module. */
export type WasmModule = object

interface WebAssemblyGlobal {
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object }
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory
}

/** The global, typed. */
export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly
