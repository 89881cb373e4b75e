/** What `npm run <command> -- --help` prints, by command; it needs nothing installed. @type {Record<string, string>} */
export const help = {
  start: `npm start — build both services, push, deploy and verify them on this machine

  Installs dependencies; finds a container engine (on Debian or Ubuntu as root: installs and starts
  one); finds or starts a registry on 127.0.0.1:5050; makes a stand-in for the base image if Docker
  Hub cannot be reached; then deploys ehr-api and ehr-web to the environment "local".
  You can run it again and interrupt it at any time: it continues with what is there.

  --prepare     stop before the deploy: engine, registry and base image only
  --help        this text

  Then: http://127.0.0.1:4200 (web), http://127.0.0.1:4201/fhir/metadata (api).
  Files are kept in .sandbox/, logs in .sandbox/log/.`,
  dev: `npm run dev — both services from the sources, started again at every change

  Installs dependencies; needs no container engine. The API keeps its records in .sandbox/ehr-api-data (PGlite).
  Ctrl-C ends both. One alone: npx nx dev ehr-web

  --help        this text

  Then: http://127.0.0.1:3000 (web), http://127.0.0.1:3001/fhir/metadata (api).`,
  stop: `npm run stop — stop what npm start started; data stays

  Takes the services down; stops the registry, and the engine if npm start started it.

  --purge       remove the data too: the volumes that the compose project ehr-connect-local made for itself, the
                registry's images, .sandbox/
  --purge=name  the same where .env.local names another compose project: the name says that you mean it
  --help        this text`,
  test: `npm test — lint, types, unit tests, builds and end-to-end tests of everything

  Prepares the same engine, registry and base image as npm start, and what the tests need besides
  (PostgreSQL, Chromium, qemu; as root on Debian it installs the packages). What it started itself
  it stops again. Tests whose component is missing are skipped, with a warning; with CI set they fail.
  The last line is "N passed, N failed", the exit code 0 only if nothing failed.

  --long        the long tests too: what npm run test:long runs, with more of everything
  --part=name   checks (lint, types, units, builds), e2e or long: that part alone
  --affected    only what changed between NX_BASE and NX_HEAD
  --help        this text`,
};
