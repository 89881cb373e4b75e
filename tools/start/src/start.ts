import { main, runNx } from './main.ts';
import { prepareSteps, runSteps } from './steps.ts';

const SERVICES = ['ehr-api', 'ehr-web'];
const { WEB_PORT = '4200', API_PORT = '4201' } = process.env;
const URLS = {
  'ehr-web': `http://127.0.0.1:${WEB_PORT}`,
  'ehr-web health': `http://127.0.0.1:${WEB_PORT}/api/health`,
  'ehr-api': `http://127.0.0.1:${API_PORT}/fhir/metadata`,
  'ehr-api health': `http://127.0.0.1:${API_PORT}/health`,
};

await main(async (interrupted) => {
  const start = Date.now();
  const builder = {};
  await runSteps(prepareSteps(builder));
  if (process.argv.includes('--prepare')) return 0;
  for (const service of SERVICES) {
    const args = ['run', `${service}:deploy`, '--configuration=local'];
    const code = await runNx([...args, '--outputStyle=stream-without-prefixes'], builder, interrupted);
    if (code !== 0) return code;
  }
  const width = Math.max(...Object.keys(URLS).map((name) => name.length));
  console.log(`\nEHR Connect runs here (${((Date.now() - start) / 1000).toFixed(1)} s):\n`);
  for (const [name, url] of Object.entries(URLS)) console.log(`  ${name.padEnd(width)}  ${url}`);
  console.log('\nStop it with `npm run stop`; its data stays, unless you add `-- --purge`.');
  return 0;
});
