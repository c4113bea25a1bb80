import { cString } from './c-string.ts';
import type { Command, Commands } from './command.ts';
import { CommandError } from './reply.ts';

/** As much of a word, and of all words together, as the server shows. */
const SHOWN = 128;

/** @param given the command's name in either case */
export function commandOf(commands: Commands, given: string): Command | undefined {
  const name = given.toLowerCase();
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/**
 * @param topic the word that says which of several commands in one it is, in either case
 * @returns its arity, undefined for a command that is only one, and `none` when there is no such
 */
export function subcommandOf({ subcommands }: Command, topic: string): number | undefined | 'none' {
  if (!subcommands) return undefined;
  const name = topic.toLowerCase();
  return Object.hasOwn(subcommands, name) ? subcommands[name] : 'none';
}

/**
 * @param given the command's name in either case
 * @returns the command, or the error that an unknown one or a wrong number of arguments gets
 */
export function lookUp(commands: Commands, given: string, args: readonly string[]): Command | CommandError {
  const command = commandOf(commands, given);
  if (!command) return unknownCommand(given, args);
  const count = args.length + 1;
  const misses = (arity: number) => (arity > 0 ? count !== arity : count < -arity);
  const wrongCount = (title: string) => new CommandError(`ERR wrong number of arguments for '${title}' command`);
  const [topic] = args;
  const arity = topic === undefined ? undefined : subcommandOf(command, topic);
  if (arity === undefined) return misses(command.arity) ? wrongCount(given.toLowerCase()) : command;
  if (arity === 'none')
    return new CommandError(
      `ERR unknown subcommand '${cString(topic ?? '').slice(0, SHOWN)}'. Try ${given.toUpperCase()} HELP.`,
    );
  return misses(arity) ? wrongCount(fullName(command, given.toLowerCase(), args)) : command;
}

/** `client|setname`: what errors call a command that is several in one. */
export function fullName(command: Command, name: string, [topic]: readonly string[]): string {
  return command.subcommands && topic !== undefined ? `${name}|${topic.toLowerCase()}` : name;
}

function unknownCommand(given: string, args: readonly string[]): CommandError {
  let shown = '';
  // What is shown of a word is bounded by what is left; its quotes are not.
  for (const arg of args) {
    if (shown.length >= SHOWN) break;
    shown += `'${cString(arg).slice(0, SHOWN - shown.length)}' `;
  }
  return new CommandError(
    `ERR unknown command '${cString(given).slice(0, SHOWN)}', with args beginning with: ${shown}`,
  );
}
