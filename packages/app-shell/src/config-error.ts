/**
 * The error of everything a user can put right: a configuration file, an option, a folder that is no run.
 *
 * @module
 */

/** A configuration that cannot be used; the message names the file and every offending key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
