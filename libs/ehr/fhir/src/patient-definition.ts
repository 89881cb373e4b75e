import { backboneElement, dataTypes } from './data-types.ts';
import { choiceOf, defineType, type TypeDefinition } from './type-definition.ts';

const gender = 'code: male female other unknown';

/**
 * Patient of FHIR R4 (http://hl7.org/fhir/R4/patient.html) and every type it is made of. `contained` is left
 * out on purpose: nothing here could validate what it holds.
 */
export const patientTypes: ReadonlyMap<string, TypeDefinition> = new Map([
  ...dataTypes,
  [
    'Patient',
    defineType({
      ...backboneElement,
      resourceType: 'code!: Patient',
      id: 'id',
      meta: 'Meta',
      implicitRules: 'uri',
      language: 'code',
      text: 'Narrative',
      identifier: 'Identifier*',
      active: 'boolean',
      name: 'HumanName*',
      telecom: 'ContactPoint*',
      gender,
      birthDate: 'date',
      ...choiceOf('deceased', ['boolean', 'dateTime']),
      address: 'Address*',
      maritalStatus: 'CodeableConcept',
      ...choiceOf('multipleBirth', ['boolean', 'integer']),
      photo: 'Attachment*',
      contact: 'Patient.contact*',
      communication: 'Patient.communication*',
      generalPractitioner: 'Reference*',
      managingOrganization: 'Reference',
      link: 'Patient.link*',
    }),
  ],
  [
    'Patient.contact',
    defineType(
      {
        ...backboneElement,
        relationship: 'CodeableConcept*',
        name: 'HumanName',
        telecom: 'ContactPoint*',
        address: 'Address',
        gender,
        organization: 'Reference',
        period: 'Period',
      },
      [
        {
          id: 'pat-1',
          holds: (contact) => ['name', 'telecom', 'address', 'organization'].some((part) => part in contact),
          says: 'a contact needs details: give a name, telecom, address or organization',
        },
      ],
    ),
  ],
  [
    'Patient.communication',
    defineType({ ...backboneElement, language: 'CodeableConcept!', preferred: 'boolean' }),
  ],
  [
    'Patient.link',
    defineType({
      ...backboneElement,
      other: 'Reference!',
      type: 'code!: replaced-by replaces refer seealso',
    }),
  ],
]);
