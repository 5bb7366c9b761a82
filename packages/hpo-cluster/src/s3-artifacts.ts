/**
 * Artefacts in an S3-compatible store, through the official client (`@aws-sdk/client-s3`, an optional peer loaded when used).
 *
 * Credentials and region come from where the client looks for them (environment, profile, the machine's role) unless given.
 *
 * @module
 */
import { createReadStream } from 'node:fs'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type * as Client from '@aws-sdk/client-s3'
import { filesOf, type ArtifactStore } from './artifacts.ts'

export interface S3ArtifactsOptions {
  readonly bucket: string
  /** Put before every key. Default none. */
  readonly prefix?: string
  /** For stores that are not Amazon's, such as `http://minio:9000`; paths then hold the bucket's name. */
  readonly endpoint?: string
  readonly region?: string
  /** Anything else the client takes, as in its `S3ClientConfig`; plain here, so that types do not need the client. */
  readonly client?: Readonly<Record<string, unknown>>
}

type Sdk = typeof Client

interface Connection {
  readonly sdk: Sdk
  readonly client: Client.S3Client
  readonly bucket: string
}

/**
 * A store in a bucket that exists.
 *
 * @throws (from its methods) Error when the client is not installed; the client's errors
 */
export function s3Artifacts(options: S3ArtifactsOptions): ArtifactStore {
  const { bucket, prefix: root = '' } = options
  let connection: Promise<Connection> | undefined
  const connect = () => (connection ??= openClient(options).then((open) => ({ ...open, bucket })))
  const keyOf = (prefix: string, name: string) => [root, prefix, name].filter((part) => part !== '').join('/')
  return {
    async store(prefix, folder) {
      const { sdk, client } = await connect()
      const names = await filesOf(folder)
      for (const name of names) {
        const path = join(folder, name)
        const { size } = await stat(path)
        const put = { Bucket: bucket, Key: keyOf(prefix, name), Body: createReadStream(path), ContentLength: size }
        await client.send(new sdk.PutObjectCommand(put))
      }
      return names
    },
    async fetch(prefix, folder) {
      const open = await connect()
      const start = `${keyOf(prefix, '')}/`
      const names = (await listKeys(open, start)).map((key) => key.slice(start.length))
      for (const name of names) {
        const path = join(folder, name)
        const { Body } = await open.client.send(new open.sdk.GetObjectCommand({ Bucket: bucket, Key: start + name }))
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array())
      }
      return names.sort()
    },
  }
}

async function openClient({ endpoint, region, client = {} }: S3ArtifactsOptions): Promise<Omit<Connection, 'bucket'>> {
  const sdk = await import('@aws-sdk/client-s3').catch((error: unknown) => {
    throw new Error(`s3Artifacts: expected the package @aws-sdk/client-s3 to be installed, got ${String(error)}`)
  })
  const own = {
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    // Checksums only where the store asks for them: many compatible stores know none of the newer ones.
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
  }
  return { sdk, client: new sdk.S3Client({ ...own, ...client }) }
}

async function listKeys({ sdk, client, bucket }: Connection, prefix: string): Promise<string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const more = token === undefined ? {} : { ContinuationToken: token }
    const page = await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...more }))
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key)
    token = page.NextContinuationToken
  } while (token !== undefined)
  return keys
}
