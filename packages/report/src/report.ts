/**
 * What a report is made of: plain values, put together by an app.
 *
 * @module
 */
import type { Explorer } from './explorer.ts'
import type { Figure } from './figure.ts'
import type { Gallery } from './slice-gallery.ts'
import type { Table } from './table.ts'

export interface Section {
  readonly title: string
  /** A paragraph, or several. */
  readonly text?: string | readonly string[]
  /** Drawn in this order: tables, figures, images, explorers. */
  readonly tables?: readonly Table[]
  readonly figures?: readonly Figure[]
  readonly images?: readonly Gallery[]
  readonly explorers?: readonly Explorer[]
}

/** A main number at the top of the page. */
export interface Highlight {
  readonly label: string
  readonly value: string
  readonly note?: string
}

export interface Report {
  readonly title: string
  readonly subtitle?: string
  readonly highlights?: readonly Highlight[]
  readonly sections: readonly Section[]
  /** Seed, command, versions: printed small at the end, in the order given. */
  readonly facts?: Readonly<Record<string, string | number>>
  /** Language of the words, for screen readers. Default `'en'`. */
  readonly language?: string
}
