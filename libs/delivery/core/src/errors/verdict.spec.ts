import { describe, expect, it } from 'vitest';
import { type RecordedCode, recordedError, recordedTarget } from '../../test/recorded-platform.ts';
import { alreadyDeployed, createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { coreError, type Pin, type Target } from '../index.ts';

/** A deploy to staging of a new image over an old one, on a target that differs from a good one by `changes`. */
async function rollOut(changes: (ports: RecordingPorts) => Partial<Target>) {
  const ports = createRecordingPorts();
  const old = alreadyDeployed(ports, 'a', 'old');
  const target = { ...ports.target, ...changes(ports) };
  const { report } = await run({ ...ports, target }, { environment: 'staging' });
  const blocked = ports.world.records.filter(({ kind }) => kind === 'blocked').length;
  return { report, blocked, old, world: ports.world };
}

const settling = (code: RecordedCode) => (ports: RecordingPorts) =>
  recordedTarget(ports.target, { verb: 'settle', code });
/** A platform that takes the pin and never changes what runs. */
const idle = (explanation: Awaited<ReturnType<Target['explainPrevious']>>) => (ports: RecordingPorts) => ({
  trigger: async (pin: Pin) => {
    ports.world.pinned = pin;
  },
  explainPrevious: async () => explanation,
});

describe('the verdict on a rollout', () => {
  it('is verified, and exit 0', async () => {
    expect((await rollOut(() => ({}))).report).toMatchObject({ verdict: 'verified', exit: 0 });
  });

  it.each([
    ['RECORDED_FAILED', 'verified-platform-failed'],
    ['RECORDED_LOST', 'verified-platform-failed'],
    ['RECORDED_THROTTLED', 'verified-platform-throttled'],
  ] as const)('believes the service more than %s', async (code, verdict) => {
    const { report, blocked } = await rollOut(settling(code));
    expect([report.outcome, report.verdict, report.exit, report.error]).toEqual([
      'deployed',
      verdict,
      0,
      null,
    ]);
    expect(blocked).toBe(0);
  });

  it('does not need the platform for asking the service, once the platform answers no more', async () => {
    const { report } = await rollOut((ports) => {
      let silent = false;
      const refusal = () => Promise.reject(recordedError('RECORDED_THROTTLED', 'The key is used up.'));
      return {
        settle: () => {
          silent = true;
          return refusal();
        },
        inspect: () => (silent ? refusal() : ports.target.inspect()),
      };
    });
    expect(report).toMatchObject({ verdict: 'verified-platform-throttled', exit: 0, error: null });
  });

  it('is the platform’s own failure when the service agrees with it, and then nothing is blocked', async () => {
    const { report, blocked } = await rollOut((ports) => ({
      ...settling('RECORDED_FAILED')(ports),
      ...idle(null)(ports),
    }));
    expect(report).toMatchObject({ verdict: 'platform-failed', exit: 16, outcome: 'rolled-back' });
    expect(report.error?.message).toContain('The platform complains.\nAlso: ');
    expect(blocked).toBe(0);
  });

  it('is still old when the platform never changed it; the image was not tried, so it is not blocked', async () => {
    const { report, blocked } = await rollOut(idle(null));
    expect(report).toMatchObject({ verdict: 'still-old', exit: 10, outcome: 'rolled-back' });
    expect(blocked).toBe(0);
  });

  it.each([
    ['SERVICE_CRASHES', 'crash-looping', 1],
    ['SERVICE_UNHEALTHY', 'unhealthy', 1],
    ['DEPENDENCY_MISSING', 'platform-failed', 0],
    [null, 'still-old', 0],
  ] as const)(
    'is by the platform’s own words what the new containers died of, and never that they answered: %s',
    async (fault, verdict, blocks) => {
      const { report, blocked } = await rollOut(
        idle({ fault, message: 'Docker Swarm gave the new task up' }),
      );
      expect(report).toMatchObject({ verdict, outcome: 'rolled-back' });
      expect(report.error?.message).toContain('Docker Swarm gave the new task up.');
      expect(blocked).toBe(blocks);
    },
  );

  it('of a container that could not be started is told at once: the service is not asked, nor the image blocked', async () => {
    const { report, blocked } = await rollOut(settling('RECORDED_STOPPED'));
    expect(report).toMatchObject({ verdict: 'platform-failed', outcome: 'rolled-back' });
    // With an answer of the service it would say "Also:".
    expect(report.error?.message).toBe('The platform complains.');
    expect(blocked).toBe(0);
  });

  it.each([
    ['SERVICE_CRASHES', 'crash-looping', 12],
    ['SERVICE_UNHEALTHY', 'unhealthy', 13],
  ] as const)('of %s has an exit of its own, and the image is blocked', async (code, verdict, exit) => {
    let failed = false;
    const { report, blocked } = await rollOut(() => ({
      settle: async () => {
        if (failed) return;
        failed = true;
        throw coreError(code, 'It does.');
      },
    }));
    expect(report).toMatchObject({ verdict, exit, outcome: 'rolled-back' });
    expect(blocked).toBe(1);
  });

  it.each([
    ['blocks an image that cannot be reached where the previous one can', false, 1],
    ['blocks nothing when the previous one cannot be reached either', true, 0],
  ])('%s', async (_name, deaf, blocks) => {
    const ports = createRecordingPorts();
    alreadyDeployed(ports, 'a', 'old');
    const running = () => (ports.world.running?.image.digest === ports.world.built) === true;
    let asked = 0;
    const prober = {
      probe: async (url: string) => {
        asked += 1;
        const silent = running() || (deaf && asked > 2);
        return silent ? { kind: 'silence' as const, message: 'ECONNREFUSED' } : ports.prober.probe(url);
      },
    };
    const { report } = await run({ ...ports, prober }, { environment: 'staging' });
    expect(report.verdict).toBe(deaf ? 'undo-failed' : 'unreachable');
    expect(ports.world.records.filter(({ kind }) => kind === 'blocked')).toHaveLength(blocks);
  });

  it('is refused, exit 2, when nothing was rolled out', async () => {
    const { report } = await rollOut((ports) => {
      ports.world.leaky = [ports.world.built];
      return {};
    });
    expect(report).toMatchObject({ verdict: 'refused', exit: 2, error: { code: 'GATE_REFUSED' } });
  });
});
