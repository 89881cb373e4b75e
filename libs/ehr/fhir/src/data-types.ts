import { primitiveTypes } from './primitive-types.ts';
import { choiceOf, defineType, type TypeDefinition } from './type-definition.ts';

const element = { id: 'string', extension: 'Extension*' };
/** Elements of every BackboneElement (FHIR R4 § 2.24.0.10). */
export const backboneElement = { ...element, modifierExtension: 'Extension*' };
const quantity = {
  ...element,
  value: 'decimal',
  comparator: 'code: < <= >= >',
  unit: 'string',
  system: 'uri',
  code: 'code',
};

/**
 * The complex data types of R4 that a Patient can hold, from http://hl7.org/fhir/R4/datatypes.html.
 * Types that appear only as values of rare extensions (Timing, Dosage, Signature …) are not here and are
 * refused, rather than stored unchecked.
 */
export const dataTypes: ReadonlyMap<string, TypeDefinition> = new Map(
  Object.entries({
    Address: defineType({
      ...element,
      use: 'code: home work temp old billing',
      type: 'code: postal physical both',
      text: 'string',
      line: 'string*',
      city: 'string',
      district: 'string',
      state: 'string',
      postalCode: 'string',
      country: 'string',
      period: 'Period',
    }),
    Attachment: defineType({
      ...element,
      contentType: 'code',
      language: 'code',
      data: 'base64Binary',
      url: 'url',
      size: 'unsignedInt',
      hash: 'base64Binary',
      title: 'string',
      creation: 'dateTime',
    }),
    CodeableConcept: defineType({ ...element, coding: 'Coding*', text: 'string' }),
    Coding: defineType({
      ...element,
      system: 'uri',
      version: 'string',
      code: 'code',
      display: 'string',
      userSelected: 'boolean',
    }),
    ContactPoint: defineType(
      {
        ...element,
        system: 'code: phone fax email pager url sms other',
        value: 'string',
        use: 'code: home work temp old mobile',
        rank: 'positiveInt',
        period: 'Period',
      },
      [
        {
          id: 'cpt-2',
          holds: (contact) => contact['value'] === undefined || contact['system'] !== undefined,
          says: 'a contact point with a value needs a system: add "system", e.g. "phone"',
        },
      ],
    ),
    Extension: defineType(
      {
        ...element,
        url: 'uri!',
        ...choiceOf('value', [
          ...[...primitiveTypes.keys()].filter((type) => type !== 'xhtml'),
          ...[
            'Address',
            'Age',
            'Attachment',
            'CodeableConcept',
            'Coding',
            'ContactPoint',
            'Count',
            'Distance',
          ],
          ...['Duration', 'HumanName', 'Identifier', 'Meta', 'Money', 'Period', 'Quantity', 'Range', 'Ratio'],
          'Reference',
        ]),
      },
      [
        {
          id: 'ext-1',
          holds: (extension) =>
            (extension['extension'] !== undefined) !==
            Object.keys(extension).some((key) => /^_?value[A-Z]/u.test(key)),
          says: 'an extension has either a value or extensions: give exactly one of them',
        },
      ],
    ),
    HumanName: defineType({
      ...element,
      use: 'code: usual official temp nickname anonymous old maiden',
      text: 'string',
      family: 'string',
      given: 'string*',
      prefix: 'string*',
      suffix: 'string*',
      period: 'Period',
    }),
    Identifier: defineType({
      ...element,
      use: 'code: usual official temp secondary old',
      type: 'CodeableConcept',
      system: 'uri',
      value: 'string',
      period: 'Period',
      assigner: 'Reference',
    }),
    Meta: defineType({
      ...element,
      versionId: 'id',
      lastUpdated: 'instant',
      source: 'uri',
      profile: 'canonical*',
      security: 'Coding*',
      tag: 'Coding*',
    }),
    Money: defineType({ ...element, value: 'decimal', currency: 'code' }),
    Narrative: defineType({
      ...element,
      status: 'code!: generated extensions additional empty',
      div: 'xhtml!',
    }),
    Period: defineType({ ...element, start: 'dateTime', end: 'dateTime' }),
    /** The twin of a primitive: `_birthDate` beside `birthDate`. */
    PrimitiveElement: defineType(element),
    Quantity: defineType(quantity),
    Age: defineType(quantity),
    Count: defineType(quantity),
    Distance: defineType(quantity),
    Duration: defineType(quantity),
    Range: defineType({ ...element, low: 'Quantity', high: 'Quantity' }),
    Ratio: defineType({ ...element, numerator: 'Quantity', denominator: 'Quantity' }),
    Reference: defineType({
      ...element,
      reference: 'string',
      type: 'uri',
      identifier: 'Identifier',
      display: 'string',
    }),
  }),
);
