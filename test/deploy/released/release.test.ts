import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_LOCK, LOCK, MEANT, readLock, readMeant, writeLock, writeMeant } from '../../../deploy/released/lock.ts';
import { checkRecorded, checkReleased, type Release, release, resetLock } from '../../../deploy/released/release.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'sluice-release-'));
  mkdirSync(join(project, 'deploy'));
  writeLock(project, EMPTY_LOCK);
  writeMeant(project, {});
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const of = (types: readonly string[], over: Partial<Release> = {}): Release => ({
  project,
  stage: 'prod',
  retain: true,
  catalogue: catalogueOfTypes(types),
  folder: 'functions/events',
  ...over,
});
const text = (file: string) => readFileSync(join(project, file), 'utf8');

describe('npm run release', () => {
  it('writes what is released to a stage that retains; what is deployed there must be in it', () => {
    const one = of(['parcel.sent', 'parcel.moved.ordered']);
    expect(() => checkRecorded(one)).toThrow(
      'deploy/catalogue.lock.json does not hold what is deployed to prod: npm run release -- --stage prod, commit what',
    );
    expect(release(one)).toBe('deploy/catalogue.lock.json holds 2 event types of stage prod: commit it, then deploy');
    expect(() => checkRecorded(one)).not.toThrow();
    expect(() => checkRecorded(of(['parcel.sent', 'parcel.moved.ordered', 'parcel.lost']))).toThrow('does not hold');
    expect(Object.keys(readLock(project).stages.prod ?? {})).toEqual(['parcel.moved.ordered', 'parcel.sent']);
    expect(readLock(project).stages.prod?.['parcel.moved.ordered']?.order).toEqual({
      example: { name: 'a' },
      key: 'a',
      by: ['/name'],
    });
    const written = text(LOCK);
    release(one);
    expect(text(LOCK)).toBe(written);
  });

  it('is for no stage that retains nothing, and such a stage is deployed without it', () => {
    const dev = of(['parcel.sent'], { stage: 'dev', retain: false });
    expect(() => release(dev)).toThrow('deploy/stages/dev.yml: retain is not true');
    expect(() => checkRecorded(dev)).not.toThrow();
    expect(readLock(project)).toEqual(EMPTY_LOCK);
  });

  it('refuses what packaging of any stage refuses, and writes nothing then', () => {
    release(of(['parcel.sent', 'parcel.lost']));
    const written = text(LOCK);
    const less = of(['parcel.sent']);
    expect(() => checkReleased(less)).toThrow('parcel.lost was released to prod');
    expect(() => release(less)).toThrow('parcel.lost was released to prod');
    expect(text(LOCK)).toBe(written);
  });

  it('takes what was meant out of the file once it is released', () => {
    release(of(['parcel.sent', 'parcel.lost']));
    writeMeant(project, { 'parcel.lost': ['removed'] });
    expect(text(MEANT)).toBe('{\n  "parcel.lost": ["removed"]\n}\n');
    release(of(['parcel.sent']));
    expect(text(MEANT)).toBe('{}\n');
    expect(Object.keys(readLock(project).stages.prod ?? {})).toEqual(['parcel.sent']);
  });

  it.each([
    [LOCK, '<<<<<<< HEAD'],
    [LOCK, '{"format":2,"stages":{}}'],
    [MEANT, '{"parcel.sent":["gone"]}'],
  ])('and packaging end at a %s that is none', (file, content) => {
    writeFileSync(join(project, file), content);
    expect(() => checkReleased(of(['parcel.sent']))).toThrow(`${file} cannot be read: `);
  });

  it('reads back what is meant as it was written', () => {
    writeMeant(project, { 'a.b': ['removed'], 'c.d': ['order', 'data'] });
    expect(readMeant(project)).toEqual({ 'a.b': ['removed'], 'c.d': ['order', 'data'] });
  });
});

describe('a lock for whoever begins with event types of their own', () => {
  it('is emptied where nothing was released', () => {
    writeLock(project, { format: 1, stages: { prod: {} } });
    resetLock(project);
    expect(readLock(project)).toEqual(EMPTY_LOCK);
  });

  it('is not where something was', () => {
    release(of(['parcel.sent']));
    const written = text(LOCK);
    expect(() => resetLock(project)).toThrow('released to prod: parcel.sent (deploy/catalogue.lock.json)');
    expect(text(LOCK)).toBe(written);
  });
});
