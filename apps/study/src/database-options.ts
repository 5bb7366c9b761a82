/**
 * Options of the commands that work on a database: its address, leases, labels and artefacts.
 *
 * @module
 */
import { resolve } from 'node:path'
import { ConfigError } from '@leanvox/app-shell'
import { folderArtifacts, s3Artifacts, type ArtifactStore } from '@leanvox/hpo-cluster'
import { Command, Option } from 'commander'
import { seconds } from './options.ts'

/** A command with `--storage postgres://…` and `--lease`. */
export function databaseCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option(
        '--storage <url>',
        'PostgreSQL database of the studies, postgres://user@host/name',
      ).makeOptionMandatory(),
    )
    .option(
      '--lease <s>',
      'a worker or server not heard of for so long counts as dead; the same everywhere',
      seconds,
      30,
    )
}

/** The label of trials that `--gpu [name]` or `--label` asks for. */
export function labelOf({ gpu, label }: { gpu?: string | true; label?: string }): string | undefined {
  if (gpu === undefined) return label
  if (label !== undefined) throw new ConfigError('serve: expected either --gpu or --label, got both')
  return gpu === true ? 'gpu' : `gpu:${gpu}`
}

/** The store of `--artifacts`, a folder or `s3://bucket/prefix`. */
export function artifactsOf({
  artifacts,
  s3Endpoint,
}: {
  artifacts?: string
  s3Endpoint?: string
}): ArtifactStore | undefined {
  if (artifacts === undefined) return undefined
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(artifacts) ?? []
  if (bucket === undefined) return folderArtifacts(resolve(artifacts))
  return s3Artifacts({ bucket, prefix, ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint }) })
}
