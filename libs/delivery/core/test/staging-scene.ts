import { expect } from 'vitest';
import { type Digest, isBlocked } from '../src/index.ts';
import { createRecordingPorts, type RecordingPorts, type World } from './recording-ports.ts';
import { run } from './run-deploy.ts';

/** A digest that consists of this letter. */
export const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;

/** Where the scene plays. */
export const staging = { environment: 'staging' } as const;

/** The checkout is at the commit `letter`, made on top of those before it, with content of its own. */
export function checkOut({ world, calls }: RecordingPorts, letter: string): void {
  Object.assign(world, {
    revision: letter.repeat(40),
    built: digest(letter),
    fingerprint: letter.repeat(64),
    line: ['a', 'b', 'c', 'd'].map((one) => one.repeat(40)),
  });
  world.identities[digest(letter)] = letter.repeat(64);
  calls.length = 0;
}

/** Staging runs a, verified; the checkout is at b. */
export async function stagingWithA(changes: Partial<World> = {}): Promise<RecordingPorts> {
  const ports = createRecordingPorts(changes);
  checkOut(ports, 'a');
  expect((await run(ports, staging)).report.outcome).toBe('deployed');
  checkOut(ports, 'b');
  return ports;
}

/** What the journal holds, in order. */
export const kinds = ({ world }: RecordingPorts) => world.records.map(({ kind }) => kind);

/** Whether the journal blocks the image of this letter. */
export const blocked = ({ world }: RecordingPorts, letter: string, environment = 'staging') =>
  isBlocked(world.records, environment, digest(letter));
