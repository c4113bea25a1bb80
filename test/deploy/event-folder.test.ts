import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commonFolder, eventFolder } from '../../deploy/event-folder.ts';

describe('the folder of event files', () => {
  it.each([undefined, '', 'functions/events', './functions/events/'])(
    'is functions/events with SLUICE_EVENTS %j, built into dist/, or dist-local/ for a start',
    (named) => {
      expect(eventFolder('/project', { SLUICE_EVENTS: named })).toEqual({
        name: 'functions/events',
        path: join('/project', 'functions/events'),
        dist: { deployment: 'dist', start: 'dist-local' },
        shipped: true,
      });
    },
  );

  it('is what SLUICE_EVENTS names, built into a folder of its own', () => {
    expect(eventFolder(undefined, { SLUICE_EVENTS: 'test/support/events/' })).toMatchObject({
      name: 'test/support/events',
      path: join(import.meta.dirname, '../support/events'),
      dist: { deployment: 'dist-of/test-support-events', start: 'dist-local-of/test-support-events' },
      shipped: false,
    });
  });

  it('has what event files share beside it', () => {
    expect(['functions/events', 'own/events', 'events'].map((name) => commonFolder({ name }))).toEqual([
      'functions/common',
      'own/common',
      'common',
    ]);
  });

  it.each(['nowhere', '..', '../elsewhere', '/tmp', '.', 'package.json'])('is refused as %j', (named) => {
    expect(() => eventFolder(undefined, { SLUICE_EVENTS: named })).toThrow(
      `environment: SLUICE_EVENTS must be a folder in this project, and "${named}" is none`,
    );
  });
});
