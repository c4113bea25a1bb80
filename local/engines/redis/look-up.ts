import type { Command, Commands } from './command.ts';
import { CommandError } from './reply.ts';

/** A text as C shows it, which a zero byte ends. */
const textOf = (bytes: string): string => bytes.split('\0', 1)[0] ?? '';

/**
 * @param given the command's name in either case
 * @returns the command, or the error that an unknown one or a wrong number of arguments gets
 */
export function lookUp(commands: Commands, given: string, args: readonly string[]): Command | CommandError {
  const name = given.toLowerCase();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const shown = args
      .map((arg) => `'${textOf(arg).slice(0, 128)}' `)
      .join('')
      .slice(0, 128);
    return new CommandError(`ERR unknown command '${textOf(given).slice(0, 128)}', with args beginning with: ${shown}`);
  }
  const count = args.length + 1;
  const misses = (arity: number) => (arity > 0 ? count !== arity : count < -arity);
  const wrongCount = (title: string) => new CommandError(`ERR wrong number of arguments for '${title}' command`);
  const [topic] = args;
  if (!command.subcommands || topic === undefined) return misses(command.arity) ? wrongCount(name) : command;
  const arity = Object.entries(command.subcommands).find(([one]) => one === topic.toLowerCase())?.[1];
  if (arity === undefined)
    return new CommandError(`ERR unknown subcommand '${textOf(topic).slice(0, 128)}'. Try ${name.toUpperCase()} HELP.`);
  return misses(arity) ? wrongCount(`${name}|${topic.toLowerCase()}`) : command;
}
