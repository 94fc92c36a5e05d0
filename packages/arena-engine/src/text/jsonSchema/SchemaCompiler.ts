import { goJson } from '../goText';
import { all, HOLDS, onlyFor, Rule } from './Rule';
import { isMap, SchemaFault, SchemaReader } from './SchemaReader';
import {
  choiceRules,
  Draft,
  numberRules,
  textRules,
  typeRule,
} from './valueRules';
import { SchemaReferences } from './SchemaReferences';

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** Makes rules of a schema. Each part is made once, however often it is referred to, and may refer to itself. */
export class SchemaCompiler {
  private readonly rules = new Map<object, Rule>();
  private readonly references: SchemaReferences;

  constructor(private readonly root: unknown, private readonly draft: Draft) {
    this.references = new SchemaReferences(root);
  }

  /** @throws SchemaFault when the schema is none. */
  compile(): Rule {
    return this.rule(this.root, '');
  }

  private rule(node: unknown, at: string): Rule {
    if (typeof node === 'boolean' && this.draft !== 4) {
      return node ? HOLDS : (_, place) => [`${place}: nothing is allowed here`];
    }
    if (!isMap(node)) {
      throw new SchemaFault(`invalid schema${at}: expected a map or a boolean`);
    }
    const known = this.rules.get(node);
    if (known) return known;
    let built: Rule = HOLDS;
    const rule: Rule = (value, place, work) => {
      work.left -= 1;
      if (work.left < 0) throw new Error('it takes too many steps');
      return built(value, place, work);
    };
    this.rules.set(node, rule);
    built = this.build(new SchemaReader(node, at));
    return rule;
  }

  private build(schema: SchemaReader): Rule {
    const { at } = schema;
    for (const key of ['id', '$id', 'title', 'description']) schema.text(key);
    for (const [name, sub] of schema.entries('definitions')) {
      this.rule(sub, `${at}.definitions.${name}`);
    }
    const reference = schema.text('$ref');
    if (reference !== undefined) {
      const target = this.references.find(reference);
      if (target === undefined) {
        throw new SchemaFault(
          `invalid schema${at}.$ref: ${JSON.stringify(
            reference,
          )} refers to nothing in the schema`,
        );
      }
      return this.rule(target, `(${reference})`);
    }
    const type = typeRule(schema);
    const others = all([
      ...numberRules(schema, this.draft),
      ...textRules(schema),
      ...choiceRules(schema, this.draft),
      ...this.listRules(schema),
      ...this.mapRules(schema),
      ...this.combinedRules(schema),
    ]);
    if (!type) return others;
    return (value, place, work) => {
      const wrong = type(value, place, work);
      return wrong.length > 0 ? wrong : others(value, place, work);
    };
  }

  private sub(schema: SchemaReader, key: string): Rule | undefined {
    return schema.has(key)
      ? this.rule(schema.raw(key), `${schema.at}.${key}`)
      : undefined;
  }

  private subs(schema: SchemaReader, key: string): Rule[] {
    return (schema.list(key) ?? []).map((node, index) =>
      this.rule(node, `${schema.at}.${key}[${index}]`),
    );
  }

  /** A schema, or a flag that is read as one in every draft. */
  private open(schema: SchemaReader, key: string): Rule | undefined {
    const raw = schema.raw(key);
    if (raw === true || raw === undefined) return undefined;
    if (raw === false) return (_, place) => [`${place}: it is not allowed`];
    return this.sub(schema, key);
  }

  private listRules(schema: SchemaReader): Rule[] {
    const rules: Rule[] = [];
    const min = schema.count('minItems') ?? 0;
    const max = schema.count('maxItems') ?? Infinity;
    if (min > 0 || max < Infinity) {
      rules.push(
        onlyFor(isList, list =>
          list.length < min || list.length > max
            ? `${list.length} elements are not ${min} to ${max}`
            : undefined,
        ),
      );
    }
    if (schema.flag('uniqueItems')) {
      rules.push(
        onlyFor(isList, list =>
          new Set(list.map(entry => goJson(entry))).size < list.length
            ? 'some elements are equal'
            : undefined,
        ),
      );
    }
    const rest = this.open(schema, 'additionalItems');
    if (Array.isArray(schema.raw('items'))) {
      const places = this.subs(schema, 'items');
      rules.push(
        onlyFor(isList, (list, at, work) =>
          list.flatMap((entry, index) =>
            (places[index] ?? rest ?? HOLDS)(entry, `${at}/${index}`, work),
          ),
        ),
      );
    } else {
      const each = this.sub(schema, 'items');
      if (each) {
        rules.push(
          onlyFor(isList, (list, at, work) =>
            list.flatMap((entry, index) => each(entry, `${at}/${index}`, work)),
          ),
        );
      }
    }
    const some = this.draft === 4 ? undefined : this.sub(schema, 'contains');
    if (some) {
      rules.push(
        onlyFor(isList, (list, at, work) =>
          list.some(entry => some(entry, at, work).length === 0)
            ? undefined
            : 'no element is as "contains" says',
        ),
      );
    }
    return rules;
  }

  private mapRules(schema: SchemaReader): Rule[] {
    const rules: Rule[] = [];
    const min = schema.count('minProperties') ?? 0;
    const max = schema.count('maxProperties') ?? Infinity;
    if (min > max) {
      throw schema.fault('minProperties', `at most maxProperties ${max}`);
    }
    if (min > 0 || max < Infinity) {
      rules.push(
        onlyFor(isMap, map => {
          const { length } = Object.keys(map);
          return length < min || length > max
            ? `${length} members are not ${min} to ${max}`
            : undefined;
        }),
      );
    }
    const required = schema.names('required') ?? [];
    if (required.length > 0) {
      rules.push(
        onlyFor(isMap, (map, at) =>
          required
            .filter(name => !Object.hasOwn(map, name))
            .map(name => `${at}: ${JSON.stringify(name)} is missing`),
        ),
      );
    }
    rules.push(...this.memberRules(schema));
    const names =
      this.draft === 4 ? undefined : this.sub(schema, 'propertyNames');
    if (names) {
      rules.push(
        onlyFor(isMap, (map, at, work) =>
          Object.keys(map).flatMap(name => names(name, at, work)),
        ),
      );
    }
    for (const [name, raw] of schema.entries('dependencies')) {
      rules.push(this.dependency(schema, name, raw));
    }
    return rules;
  }

  private memberRules(schema: SchemaReader): Rule[] {
    const { at } = schema;
    const named = new Map(
      schema
        .entries('properties')
        .map(([name, sub]) => [
          name,
          this.rule(sub, `${at}.properties.${name}`),
        ]),
    );
    const patterns = schema
      .entries('patternProperties')
      .map(([source, sub]) => ({
        pattern: schema.compile('patternProperties', source),
        rule: this.rule(sub, `${at}.patternProperties.${source}`),
      }));
    const rest = this.open(schema, 'additionalProperties');
    if (named.size === 0 && patterns.length === 0 && !rest) return [];
    return [
      onlyFor(isMap, (map, place, work) =>
        Object.entries(map).flatMap(([name, value]) => {
          const matching = patterns
            .filter(({ pattern }) => pattern.test(name))
            .map(({ rule }) => rule);
          const own = named.get(name);
          if (own) matching.push(own);
          if (matching.length === 0 && rest) matching.push(rest);
          return matching.flatMap(rule =>
            rule(value, `${place}/${name}`, work),
          );
        }),
      ),
    ];
  }

  private dependency(schema: SchemaReader, name: string, raw: unknown): Rule {
    if (!Array.isArray(raw)) {
      const rule = this.rule(raw, `${schema.at}.dependencies.${name}`);
      return onlyFor(isMap, (map, at, work) =>
        Object.hasOwn(map, name) ? rule(map, at, work) : undefined,
      );
    }
    if (raw.some(entry => typeof entry !== 'string')) {
      throw schema.fault('dependencies', 'a map of schemas or lists of texts');
    }
    return onlyFor(isMap, (map, at) =>
      raw
        .filter(() => Object.hasOwn(map, name))
        .filter(other => !Object.hasOwn(map, other))
        .map(other => `${at}: with "${name}", "${other}" is missing`),
    );
  }

  private combinedRules(schema: SchemaReader): Rule[] {
    const rules = this.subs(schema, 'allOf');
    const some = this.subs(schema, 'anyOf');
    if (some.length > 0) {
      rules.push((value, at, work) =>
        some.some(rule => rule(value, at, work).length === 0)
          ? []
          : [`${at}: it fits none of the schemas of anyOf`],
      );
    }
    const one = this.subs(schema, 'oneOf');
    if (one.length > 0) {
      rules.push((value, at, work) => {
        const { length } = one.filter(
          rule => rule(value, at, work).length === 0,
        );
        return length === 1
          ? []
          : [`${at}: it fits ${length} of the schemas of oneOf`];
      });
    }
    const not = this.sub(schema, 'not');
    if (not) {
      rules.push((value, at, work) =>
        not(value, at, work).length > 0
          ? []
          : [`${at}: it fits the schema of "not"`],
      );
    }
    if (this.draft === 7 || this.draft === 'any') {
      const condition = this.sub(schema, 'if');
      const then = this.sub(schema, 'then') ?? HOLDS;
      const otherwise = this.sub(schema, 'else') ?? HOLDS;
      if (condition) {
        rules.push((value, at, work) =>
          condition(value, at, work).length === 0
            ? then(value, at, work)
            : otherwise(value, at, work),
        );
      }
    }
    return rules;
  }
}
