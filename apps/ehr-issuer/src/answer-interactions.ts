import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import type { Contexts } from './contexts.ts';
import { type Asked, page } from './pages.ts';
import { ownChartOf, PASSWORD, type Person, personOf } from './people.ts';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Signs people in, and lets apps have what they ask for: whoever develops here wants both. */
export function answerInteractions(provider: Provider, contexts: Contexts, audience: string): void {
  provider.use(async (ctx, next) => {
    const isLaunch = ctx.path === '/launch' && ctx.method === 'POST';
    if (isLaunch) {
      const patient = new URLSearchParams(await text(ctx.req)).get('patient');
      ctx.status = patient === null ? 400 : 200;
      ctx.body = patient === null ? { error: 'patient is missing' } : { launch: contexts.launch(patient) };
      return;
    }
    if (ctx.path === '/health') {
      ctx.status = 200;
      ctx.body = { status: 'ok' };
      return;
    }
    if (!ctx.path.startsWith('/interaction/')) {
      await next();
      return;
    }
    ctx.set('cache-control', 'no-store');
    const details = await provider.interactionDetails(ctx.req, ctx.res);
    const show = (problem?: string) => {
      ctx.type = 'html';
      ctx.body = page({ ...askedOf(details, ctx.path), ...(problem !== undefined && { problem }) });
    };
    const asked = askedOf(details, ctx.path);
    if (ctx.method === 'GET' && (asked.signsIn || asked.choosesPatient)) return show();
    const form = new URLSearchParams(ctx.method === 'POST' ? await text(ctx.req) : '');
    const person = asked.signsIn
      ? form.get('password') === PASSWORD
        ? personOf(form.get('name') ?? '')
        : undefined
      : personOf(details.session?.accountId ?? '');
    if (person === undefined) return show('There is nobody with this name and password.');
    const grant = new provider.Grant({
      accountId: person.name,
      clientId: String(details.params['client_id']),
    });
    const scope = wordsOf(details.params['scope']);
    grant.addOIDCScope(scope);
    grant.addResourceScope(audience, scope);
    const grantId = await grant.save();
    const patient = patientOf(details, person, form, contexts);
    if (patient !== undefined) contexts.bind(grantId, patient);
    const login = asked.signsIn ? { login: { accountId: person.name } } : {};
    // Koa is told that the answer is given already.
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, { ...login, consent: { grantId } }, { mergeWithLastSubmission: false }); // prettier-ignore
  });
}

function askedOf({ prompt, params }: Details, action: string): Asked {
  const scopes = wordsOf(params['scope']).split(' ');
  return {
    client: String(params['client_id']),
    action,
    signsIn: prompt.name === 'login',
    choosesPatient: scopes.includes('launch/patient') && params['launch'] === undefined,
  };
}

function wordsOf(parameter: unknown): string {
  return typeof parameter === 'string' ? parameter : '';
}

/** Patients are asked about nobody else. */
function patientOf(
  { params }: Details,
  person: Person,
  form: URLSearchParams,
  contexts: Contexts,
): string | undefined {
  const { launch } = params;
  const launched = typeof launch === 'string' ? contexts.take(launch) : undefined;
  return ownChartOf(person) ?? launched ?? form.get('patient') ?? undefined;
}
