import { describe, expect, it } from 'vitest';
import { contextsInMemory } from './contexts.ts';

describe('a launch', () => {
  it('is good once', () => {
    const contexts = contextsInMemory();
    const launch = contexts.launch('p1');
    expect([contexts.take(launch), contexts.take(launch)]).toEqual(['p1', undefined]);
  });

  it('is forgotten after five minutes', () => {
    let now = 0;
    const contexts = contextsInMemory(() => now);
    const launch = contexts.launch('p1');
    now = 300_000;
    expect(contexts.take(launch)).toBeUndefined();
  });

  it('is of what was granted for it alone', () => {
    const contexts = contextsInMemory();
    contexts.bind('g', 'p1');
    expect(['g', 'other', undefined].map(contexts.patientOf)).toEqual(['p1', undefined, undefined]);
  });
});
