/**
 * `docs/results/<bench>.md` from the rows of `docs/results/<bench>.json`; the test of this file holds the two together.
 *
 * @module
 */

/** What `npm run bench -- <name> --json <file>` writes. */
export interface BenchFile {
  readonly bench: string
  /** As a reader would type it. */
  readonly command: string
  readonly commit: string | null
  readonly machine: Readonly<Record<string, string | number>>
  readonly rows: readonly {
    readonly case: string
    readonly metric: string
    readonly ours: number
    readonly peer?: string
    readonly theirs?: number
    readonly ratio?: number
  }[]
}

/** The page of a benchmark's rows. */
export function benchMarkdown({ bench, command, commit, machine, rows }: BenchFile): string {
  const { processor, cores, memoryGiB, node, date } = machine
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `# Benchmark: ${bench}`,
    '',
    'Generated from the rows beside it; do not edit the table by hand. Ratio = ours / theirs, medians, measured in one run.',
    '',
    `- Command: \`${command}\``,
    `- Commit ${commit ?? 'unknown'}, ${String(date).slice(0, 10)}`,
    `- Machine: ${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`,
    '',
    line(['case', 'metric', 'ours', 'peer', 'theirs', 'ratio']),
    line(['---', '---', '---:', '---', '---:', '---:']),
    ...rows.map((row) =>
      line([row.case, row.metric, short(row.ours), row.peer ?? '–', short(row.theirs), short(row.ratio)]),
    ),
    '',
  ].join('\n')
}

function short(value: number | undefined | null): string {
  return value === undefined || value === null ? '–' : String(Number(value.toPrecision(4)))
}
