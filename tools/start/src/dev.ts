import { main, runNx } from './main.ts';
import { readServices } from './services.ts';

/** Every service that has a `dev` target, until Ctrl-C. */
await main(
  async (interrupted) => {
    const services = readServices();
    const width = Math.max(...services.map(({ name }) => name.length));
    console.log(`\n${services.map(({ name, devPage }) => `  ${name.padEnd(width)}  ${devPage}\n`).join('')}`);
    const code = await runNx(
      ['run-many', '-t', 'dev', `--parallel=${services.length}`, '--outputStyle=stream'],
      {},
      interrupted,
    );
    return interrupted.aborted ? 0 : code;
  },
  { endAtOnce: false },
);
