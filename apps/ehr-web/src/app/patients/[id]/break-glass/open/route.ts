import { randomUUID } from 'node:crypto';
import { cookies } from 'next/headers';
import {
  glassDraftCookie,
  noGlassDraftCookie,
  OPENED,
  openedCookie,
  openedUntil,
} from '../../../../../glass/glass-cookies.ts';
import { checkGlassRequest, type GlassDraft, readGlassRequest } from '../../../../../glass/glass-request.ts';
import { openChart } from '../../../../../glass/open-chart.ts';
import { ownForm } from '../../../../../http/own-form.ts';
import { seeOther } from '../../../../../http/see-other.ts';
import { isPatientId } from '../../../../../records/patient-id.ts';
import { signInHref } from '../../../../../session/own-path.ts';
import { mayBreakGlass } from '../../../../../session/session.ts';
import { sessionIn, siteOf } from '../../../../../session/session-cookie.ts';
import { visitor } from '../../../../../session/visitor.ts';

/** Takes the form by which a patient's restricted records are opened, and sends the browser on: to the chart, or back to the form. */
export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly id: string }> },
): Promise<Response> {
  const { id: patient } = await params;
  if (!isPatientId(patient)) return new Response('This address names no patient.', { status: 404 });
  const here = `/patients/${patient}/break-glass`;
  const form = await ownForm(request, '/patients/[id]/break-glass/open', here);
  if (form instanceof Response) return form;
  const site = siteOf(request.headers);
  const jar = await cookies();
  const whose = { holder: sessionIn(jar, site) ?? '', patient };
  const back = async (draft: GlassDraft) => {
    const key = randomUUID();
    return seeOther(`${here}?draft=${key}`, await glassDraftCookie(key, draft, whose, site.isSecure));
  };
  const asked = readGlassRequest(form);
  const errors = checkGlassRequest(asked);
  // Whoever may not is told that first; ehr-api refuses them all the same.
  if (Object.keys(errors).length > 0 && mayBreakGlass(await visitor())) return back({ asked, errors });
  const result = await openChart(patient, asked);
  if (result.kind === 'signed-out') return seeOther(signInHref(here));
  if (result.kind === 'forbidden')
    return new Response('Your role does not let you open restricted records. Nothing was opened.', {
      status: 403,
    });
  if (result.kind === 'refused') return back(result.draft);
  // What was opened before for longer is open for longer.
  const before = await openedUntil(jar.get(OPENED)?.value, whose);
  const until = new Date(Math.max(result.until.getTime(), before?.getTime() ?? 0));
  return seeOther(
    `/patients/${patient}`,
    await openedCookie(until, whose, site.isSecure),
    noGlassDraftCookie(whose, site.isSecure),
  );
}
