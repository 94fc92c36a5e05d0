import { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { KubeClient, KubeRequest } from '../client/KubeClient';
import { toStoreError } from '../client/kubeErrors';
import { KubeObject } from '../client/KubeObject';
import { toArenaObject } from './arenaObjects';
import { collectionPath } from './resourcePaths';

/** Under this name the API server keeps which fields are ours. */
const FIELD_MANAGER = 'backstage-arena';

export interface ArenaWriterOptions {
  client: KubeClient;
  cluster: string;
  logger: LoggerService;
}

/** The requests of which a store consists. Errors are those of a `ResourceStore`. */
export class ArenaWriter {
  readonly #options: ArenaWriterOptions;

  constructor(options: ArenaWriterOptions) {
    this.#options = options;
  }

  read(path: string): Promise<ArenaObject> {
    return this.#object({ path });
  }

  create(
    kind: ArenaKind,
    namespace: string,
    object: JsonObject,
    options: { dryRun?: boolean },
  ): Promise<ArenaObject> {
    return this.#object({
      method: 'POST',
      path: collectionPath(kind, namespace),
      query: { ...writeQuery(options.dryRun), fieldValidation: 'Strict' },
      body: object,
    });
  }

  replace(
    path: string,
    object: JsonObject,
    options: { dryRun?: boolean },
  ): Promise<ArenaObject> {
    return this.#object({
      method: 'PUT',
      path,
      query: { ...writeQuery(options.dryRun), fieldValidation: 'Strict' },
      body: object,
    });
  }

  /**
   * Replaces the status of an object that is still the one, in the state, that the caller saw.
   *
   * A JSON patch, because a merge patch would keep what the new status leaves out. The API server compares the version in it with that of the
   * stored object, but not a UID: that is tested by the patch itself, whose failure it answers with 422 and no word of why.
   */
  async replaceStatus(
    path: string,
    seen: { uid: string; resourceVersion: string },
    status: JsonObject,
  ): Promise<ArenaObject> {
    const { uid, resourceVersion } = seen;
    try {
      return await this.#object({
        method: 'PATCH',
        path: `${path}/status`,
        query: writeQuery(),
        contentType: 'application/json-patch+json',
        body: [
          { op: 'test', path: '/metadata/uid', value: uid },
          {
            op: 'replace',
            path: '/metadata/resourceVersion',
            value: resourceVersion,
          },
          { op: 'add', path: '/status', value: status },
        ],
      });
    } catch (error) {
      if (error instanceof InvalidObjectError && error.causes.length === 0) {
        throw new ConflictError(
          `Precondition failed: the object at ${path} is not the one with UID ${uid} any more`,
        );
      }
      throw error;
    }
  }

  /** Undefined when the object is gone; with finalizers left it is returned as it is now. */
  async delete(
    path: string,
    options: {
      preconditions?: { uid?: string; resourceVersion?: string };
      dryRun?: boolean;
    },
  ): Promise<ArenaObject | undefined> {
    const answer = await this.#send({
      method: 'DELETE',
      path,
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        // What the object owns goes afterwards.
        propagationPolicy: 'Background',
        preconditions: options.preconditions,
        ...(options.dryRun && { dryRun: ['All'] }),
      },
    });
    return answer.kind === 'Status' ? undefined : toArenaObject(answer);
  }

  async #object(request: KubeRequest): Promise<ArenaObject> {
    return toArenaObject(await this.#send(request));
  }

  async #send(request: KubeRequest): Promise<KubeObject> {
    const { client, cluster, logger } = this.#options;
    try {
      const { body, warnings } = await client.request(request);
      warnings.forEach(warning =>
        logger.warn(`${request.method} ${request.path}: ${warning}`),
      );
      // An answer of success is an object, or a Status.
      return body as KubeObject;
    } catch (error) {
      throw toStoreError(error, cluster);
    }
  }
}

function writeQuery(dryRun?: boolean) {
  return {
    fieldManager: FIELD_MANAGER,
    ...(dryRun && { dryRun: 'All' }),
  };
}
