/**
 * What a study searches and how: kept with the study, so that every run of it does the same.
 *
 * The configuration is stored as the study's user attribute `leanvox:config`; Optuna and its dashboard show it there. A
 * study begun in Optuna has none: then its parameters are those its trials have in common, and the defaults apply.
 *
 * @module
 */
import { checkConfig, readConfigFile } from '@leanvox/app-shell'
import type { SpaceInput } from '@leanvox/hpo-search'
import { z } from 'zod'
import { prunerSchema } from './pruners.ts'
import { samplerSchema } from './samplers.ts'

const value = z.union([z.number(), z.string(), z.boolean(), z.null()])
const distribution = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('float'),
    low: z.number(),
    high: z.number(),
    log: z.boolean().optional(),
    step: z.number().nullable().optional(),
  }),
  z.strictObject({
    type: z.literal('int'),
    low: z.int(),
    high: z.int(),
    log: z.boolean().optional(),
    step: z.int().optional(),
  }),
  z.strictObject({ type: z.literal('categorical'), choices: z.array(value).min(1) }),
])

const schema = z.strictObject({
  /** One per objective. */
  directions: z
    .array(z.enum(['minimize', 'maximize']))
    .min(1)
    .default(['minimize']),
  /** Names of the objectives, for pages. */
  objectives: z.array(z.string()).optional(),
  /** Parameters by name; without it the objective's module asks for what it needs. */
  space: z.record(z.string(), distribution).optional(),
  sampler: samplerSchema.prefault({ kind: 'tpe' }),
  pruner: prunerSchema.prefault({ kind: 'none' }),
  /** Settings to try first. */
  enqueue: z.array(z.record(z.string(), value)).default([]),
})

export type StudyConfig = z.output<typeof schema>

/** Under this name the configuration lies in the study's user attributes. */
export const configKey = 'leanvox:config'

/** A configuration with its defaults, from anything; throws ConfigError naming every wrong key. */
export function parseStudyConfig(given: unknown, source: string): StudyConfig {
  return checkConfig(schema, given, source)
}

/** The configuration of a file, with values of the command line over it. */
export async function readStudyConfig(
  file: string | undefined,
  over: { readonly directions?: readonly string[] } = {},
): Promise<StudyConfig> {
  return parseStudyConfig(await readConfigFile(file, { ...over }), file ?? 'command line')
}

/** The declared space as the library takes it. */
export function spaceOf({ space }: StudyConfig): SpaceInput | undefined {
  return space as SpaceInput | undefined
}
