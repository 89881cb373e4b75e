import { DEMO_PEOPLE } from './issuer.ts';
import { main, runNx } from './main.ts';
import { readServices } from './services.ts';

/** Every service that has a `dev` target, and the issuer that people sign in with, until Ctrl-C. */
await main(
  async (interrupted) => {
    const services = readServices();
    const width = Math.max(...services.map(({ name }) => name.length));
    const pages = services.map(({ name, devPage }) => `  ${name.padEnd(width)}  ${devPage}\n`);
    console.log(`\n${pages.join('')}\n${DEMO_PEOPLE}\n`);
    const code = await runNx(
      ['run-many', '-t', 'dev', `--parallel=${services.length + 1}`, '--outputStyle=stream'],
      {},
      interrupted,
    );
    return interrupted.aborted ? 0 : code;
  },
  { endAtOnce: false },
);
