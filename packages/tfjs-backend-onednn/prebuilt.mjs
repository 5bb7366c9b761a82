/**
 * Packages the built addon for one platform, and names those packages in this one's manifest. For the release workflow:
 *
 *   node prebuilt.mjs package <folder>     writes the package of this platform there, from build/Release
 *   node prebuilt.mjs name <folder>        lists every package in <folder>/* as an optional dependency of this one
 *
 * They are not listed in the repository, because a lock file cannot hold packages that are not published yet.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const manifestFile = join(here, 'package.json')
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))

const commands = {
  package(folder) {
    const { platform, arch } = process
    const target = {
      name: `${manifest.name}-${platform}-${arch}`,
      version: manifest.version,
      description: `The addon of ${manifest.name} for ${platform}-${arch}, with oneDNN in it.`,
      license: manifest.license,
      repository: manifest.repository,
      os: [platform],
      cpu: [arch],
      ...(platform === 'linux' ? { libc: ['glibc'] } : {}),
      main: './onednn.node',
      files: ['onednn.node', 'LICENSE', 'oneDNN-LICENSE', 'oneDNN-THIRD-PARTY-PROGRAMS'],
      publishConfig: manifest.publishConfig,
    }
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(here, 'build', 'Release', 'onednn.node'), join(folder, 'onednn.node'))
    copyFileSync(join(here, '..', '..', 'LICENSE'), join(folder, 'LICENSE'))
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(target, null, 2)}\n`)
  },
  name(folder) {
    const built = readdirSync(folder).filter((entry) => existsSync(join(folder, entry, 'package.json')))
    const packages = built.map((entry) => JSON.parse(readFileSync(join(folder, entry, 'package.json'), 'utf8')))
    const optional = Object.fromEntries(packages.map(({ name, version }) => [name, version]))
    writeFileSync(manifestFile, `${JSON.stringify({ ...manifest, optionalDependencies: optional }, null, 2)}\n`)
  },
}

const [command, folder] = process.argv.slice(2)
if (!(command in commands) || folder === undefined) {
  throw new RangeError(`prebuilt: expected package or name and a folder, got ${process.argv.slice(2).join(' ')}`)
}
commands[command](folder)
