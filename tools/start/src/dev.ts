import { main, runNx } from './main.ts';

/** Every service that has a `dev` target, until Ctrl-C. */
await main(
  async (interrupted) => {
    console.log('\n  ehr-web  http://127.0.0.1:3000\n  ehr-api  http://127.0.0.1:3001/fhir/metadata\n');
    const code = await runNx(
      ['run-many', '-t', 'dev', '--parallel=9', '--outputStyle=stream'],
      {},
      interrupted,
    );
    return interrupted.aborted ? 0 : code;
  },
  { endAtOnce: false },
);
