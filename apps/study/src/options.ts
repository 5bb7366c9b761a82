/**
 * Options that several commands share, and numbers checked as they are read.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander'

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`)
  }
}

/** A number of seconds above 0. */
export function seconds(text: string): number {
  const value = Number(text)
  if (value > 0 && value < Infinity) return value
  throw new InvalidArgumentError('Expected seconds above 0.')
}

/** `--storage`, wherever a study is needed. */
export function storageOption(): Option {
  return new Option('--storage <journal>', 'journal file of the studies').makeOptionMandatory()
}

/** A command on one study: `--storage` and `--name`. */
export function studyCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(storageOption())
    .option('--name <study>', 'its name; may be left out where there is only one')
}

export interface StudyArguments {
  readonly storage: string
  readonly name?: string
}
