import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { capabilityStatement } from '../fhir/capability-statement.ts';
import { FhirError, refusal } from '../fhir/fhir-error.ts';
import { baseUrl } from '../fhir/http-request.ts';
import { patientInteractions } from '../fhir/interactions.ts';
import { sendJson } from '../fhir/send-resource.ts';

const METHODS = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'];

/** The FHIR service below its base address. */
export function addFhirRoutes(app: FastifyInstance, dependencies: Dependencies): void {
  app.addHook('preHandler', async (request) => refuseOtherFormats(request));
  for (const { method, path, handle } of patientInteractions)
    app.route({ method, url: path, handler: (request, reply) => handle(dependencies, request, reply) });
  app.get('/metadata', (request, reply) =>
    sendJson(reply, 200, capabilityStatement(dependencies, baseUrl(request))),
  );
  refuseOtherMethods(app);
}

/** JSON is the one format here; an answer in it to who asked for XML would only be misread. */
function refuseOtherFormats({ headers }: FastifyRequest): void {
  const accepted = headers.accept ?? '*/*';
  if (!/\*\/\*|application\/(\*|json|fhir\+json)/iu.test(accepted))
    throw refusal(406, 'not-supported', 'Answers are application/fhir+json only; send it as Accept.');
}

function refuseOtherMethods(app: FastifyInstance): void {
  const allowed = new Map<string, string[]>([['/metadata', ['GET']]]);
  for (const { method, path } of patientInteractions)
    allowed.set(path, [...(allowed.get(path) ?? []), method]);
  for (const [url, methods] of allowed) {
    const allow = methods.join(', ');
    app.route({
      method: METHODS.filter((method) => !methods.includes(method)),
      url,
      // Before the body is read: nobody is going to.
      onRequest: async () => {
        const diagnostics = `This address does not take this method; it takes ${allow}.`;
        throw new FhirError(405, [{ code: 'not-supported', diagnostics }], { allow });
      },
      handler: () => undefined,
    });
  }
}
