import { existsSync, statSync } from 'node:fs';
import { join, normalize, posix, sep } from 'node:path';
import { ConfigError } from '../lib/core/errors.ts';

const SHIPPED = 'functions/events';
const project = join(import.meta.dirname, '..');

/** What bundles are for: to be deployed, or a start on this machine. */
export type Purpose = 'deployment' | 'start';

/** Where event files lie, and where their bundles do. */
export interface EventFolder {
  /** From the project, with `/`; messages begin with it. */
  name: string;
  /** Absolute. */
  path: string;
  /**
   * Folders of the bundles, from the project: two folders of event files at a time do not meet in one, and neither do what is packaged
   * and what a start builds, again and again.
   */
  dist: Readonly<Record<Purpose, string>>;
  /** Whether it is functions/events. */
  shipped: boolean;
}

/** The folder, beside that of event files, of what several of them share: declarations, types of documents, functions. */
export const commonFolder = ({ name }: Pick<EventFolder, 'name'>): string => posix.join(posix.dirname(name), 'common');

/**
 * Whether a file of this name is none of a person's: editors and systems leave `.parcel.sent.ts.swp`, `parcel.sent.ts~`, `4913` (with
 * which Vim asks whether it may write) and `.DS_Store` where sources lie, some of them for moments.
 * @param file its name, without a folder
 */
export const isLeftByTools = (file: string): boolean => /^\.|~$|^\d+$/.test(file);

/**
 * The folder of event files: functions/events, or what SLUICE_EVENTS names.
 * @param root the project
 * @throws ConfigError when SLUICE_EVENTS names no folder in the project: taken for an empty one, it would undeploy every type
 */
export function eventFolder(
  root: string = project,
  { SLUICE_EVENTS: named }: Readonly<Record<string, string | undefined>> = process.env,
): EventFolder {
  const name = normalize(named || SHIPPED)
    .split(sep)
    .join('/')
    .replace(/\/$/, '');
  const path = join(root, name);
  if (name === SHIPPED) return { name, path, dist: distOf(''), shipped: true };
  if (/^(\/|\.\.|\.$|\w:)/.test(name) || !existsSync(path) || !statSync(path).isDirectory())
    throw new ConfigError(`environment: SLUICE_EVENTS must be a folder in this project, and "${named}" is none`);
  return { name, path, dist: distOf(`-of/${name.replaceAll('/', '-')}`), shipped: false };
}

const distOf = (end: string): EventFolder['dist'] => ({ deployment: `dist${end}`, start: `dist-local${end}` });
