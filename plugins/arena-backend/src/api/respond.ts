import { Request, Response } from 'express';
import { stringify } from 'yaml';
import { httpError } from './errorStatus';

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** Sends a value as JSON, or as YAML to those who ask for it. */
export function sendValue(
  req: Request,
  res: Response,
  value: object,
  status = 200,
): void {
  const accepted = req.accepts(['application/json', ...YAML_TYPES]);
  if (!accepted) {
    throw httpError(
      406,
      'NotAcceptableError',
      `Cannot answer with '${req.get(
        'accept',
      )}': ask for application/json or application/yaml`,
    );
  }
  res.vary('Accept').status(status);
  if (accepted === 'application/json') {
    res.json(value);
  } else {
    res.type(accepted).send(stringify(value, { aliasDuplicateObjects: false }));
  }
}
