import { describe, expect, it } from 'vitest';
import { compartmentParameters, isResourceType, resourceTypes, typeDefinition } from './definitions.ts';
import { validateResource } from './validate-resource.ts';

const problems = (resource: { readonly resourceType: string }) =>
  validateResource(resource, resource.resourceType).map((issue) => [issue.code, issue.expression]);

describe('the definitions of R4', () => {
  it('have every type of resource, and every type that any of them is made of', () => {
    // 148 of HL7's list, less the two abstract ones.
    expect(resourceTypes()).toHaveLength(146);
    expect(['Patient', 'Observation', 'ValueSet'].every(isResourceType)).toBe(true);
    expect(['Resource', 'DomainResource', 'HumanName', 'constructor'].some(isResourceType)).toBe(false);
    const seen = new Set<string>();
    const next = [...resourceTypes()];
    for (let name = next.pop(); name !== undefined; name = next.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      for (const { type } of typeDefinition(name)?.elements.values() ?? []) next.push(type);
    }
    const primitives = [...seen].filter((name) => typeDefinition(name) === undefined);
    expect(primitives.sort()).toMatchInlineSnapshot(`
      [
        "base64Binary",
        "boolean",
        "canonical",
        "code",
        "date",
        "dateTime",
        "decimal",
        "id",
        "instant",
        "integer",
        "markdown",
        "oid",
        "positiveInt",
        "string",
        "time",
        "unsignedInt",
        "uri",
        "url",
        "uuid",
        "xhtml",
      ]
    `);
  });

  it('know lists, what is required, choices, codes and what a reference may lead to', () => {
    const { elements } = typeDefinition('Observation') ?? {};
    expect(elements?.get('status')).toMatchObject({ type: 'code', required: true });
    expect(elements?.get('status')?.codes).toContain('entered-in-error');
    expect(elements?.get('performer')).toMatchObject({ type: 'Reference', many: true });
    expect(elements?.get('subject')?.targets).toEqual(['Patient', 'Group', 'Device', 'Location']);
    expect(elements?.get('valueQuantity')).toEqual({ type: 'Quantity', choice: 'value[x]', summary: true });
    expect(elements?.get('component')?.type).toBe('Observation.component');
    // What all resources have comes from their parents.
    expect(elements?.get('meta')?.type).toBe('Meta');
    expect(elements?.get('contained')).toEqual({ type: 'Resource', many: true });
  });

  it('know how a resource belongs to a patient', () => {
    expect(compartmentParameters('Observation')).toEqual(['subject', 'performer']);
    expect(compartmentParameters('Medication')).toEqual([]);
  });
});

describe('a resource of any type', () => {
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Weight' },
    valueQuantity: { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  };

  it('is accepted as the specification has it', () => {
    expect(problems(observation)).toEqual([]);
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:1', resource: observation }],
    };
    expect(problems(bundle)).toEqual([]);
    expect(
      problems({ resourceType: 'Basic', code: { text: 'x' }, contained: [observation] } as never),
    ).toEqual([]);
  });

  it.each<[string, string, string, object]>([
    ['an element of another type', 'structure', 'Observation.birthDate', { birthDate: '1980' }],
    ['two types of one choice', 'structure', 'Observation.value', { valueString: 'x' }],
    ['a code that is not bound', 'value', 'Observation.status', { status: 'done' }],
    ['a missing element', 'required', 'Observation.code', { code: undefined }],
    [
      'an inner resource of no type',
      'value',
      'Observation.contained[0].resourceType',
      { contained: [{ id: 'x' }] },
    ],
    [
      'an error in an inner resource',
      'value',
      'Observation.contained[0].gender',
      { contained: [{ resourceType: 'Patient', gender: 'F' }] },
    ],
  ])('is refused for %s', (_name, code, expression, change) => {
    const changed = JSON.parse(JSON.stringify({ ...observation, ...change })) as typeof observation;
    expect(problems(changed)).toContainEqual([code, expression]);
  });

  it('is refused for a choice that is required and not there', () => {
    const request = {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: { display: 'x' },
    };
    expect(problems(request)).toEqual([['required', 'MedicationRequest.medication']]);
  });
});
