import { parseArgs } from 'node:util';
import { SeedRefused } from './seed-refused.ts';
import { writeLives } from './write-lives.ts';

/** `nx run ehr-api:seed --patients=200 --seed=1 --url=http://127.0.0.1:4201` */
const { values } = parseArgs({
  options: {
    patients: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    url: { type: 'string', default: 'http://127.0.0.1:4201' },
  },
});
const number = (name: 'patients' | 'seed', most: number) => {
  if (/^\d+$/u.test(values[name]) && Number(values[name]) <= most) return Number(values[name]);
  process.stderr.write(`--${name} must be a whole number up to ${most}.\n`);
  process.exit(64);
};
const today = new Date(new Date().toISOString().slice(0, 10));
try {
  const request = {
    url: values.url.replace(/\/$/u, ''),
    patients: number('patients', 9_999),
    seed: number('seed', 9_999),
    today,
  };
  const { patients, resources, known } = await writeLives(request);
  process.stdout.write(
    `${patients} fictional patients written, ${resources} resources; ${known} were there already.\n`,
  );
} catch (error) {
  if (!(error instanceof SeedRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
