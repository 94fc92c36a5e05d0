import { z } from 'zod/v4';

/** A repository has changed. */
export interface PushEvent {
  /** Addresses of the repository, any of which a source may have. */
  urls: string[];
  /** `refs/heads/...` or `refs/tags/...`. Absent: anything may have changed. */
  ref?: string;
  /** Name of the branch that is taken when a source names none. */
  defaultBranch?: string;
  /** Tells this event from another one. The same event may come twice. */
  id?: string;
}

const text = z.string().max(4_096);
const url = text.optional();

/** What GitHub, and Gitea like it, send for a push. */
const githubSchema = z.object({
  ref: text,
  after: text.optional(),
  repository: z.object({
    clone_url: url,
    ssh_url: url,
    html_url: url,
    default_branch: text.optional(),
  }),
});

/** What GitLab sends for a push of a branch or a tag. */
const gitlabSchema = z.object({
  object_kind: z.enum(['push', 'tag_push']),
  ref: text,
  after: text.optional(),
  project: z.object({
    git_http_url: url,
    git_ssh_url: url,
    web_url: url,
    default_branch: text.optional(),
  }),
});

/** What others send. */
const genericSchema = z.strictObject({
  url: text,
  ref: text.optional(),
  id: text.optional(),
});

/** Reads the payload of a push, or of what else a server tells: undefined when it is no push. */
export function readPushEvent(payload: unknown): PushEvent | undefined {
  const generic = genericSchema.safeParse(payload);
  if (generic.success) {
    const { url: address, ...rest } = generic.data;
    return { urls: [address], ...rest };
  }
  const gitlab = gitlabSchema.safeParse(payload);
  if (gitlab.success) {
    const { ref, after, project } = gitlab.data;
    const { git_http_url, git_ssh_url, web_url, default_branch } = project;
    return {
      urls: present([git_http_url, git_ssh_url, web_url]),
      ref,
      defaultBranch: default_branch,
      id: after,
    };
  }
  const github = githubSchema.safeParse(payload);
  if (github.success) {
    const { ref, after, repository } = github.data;
    const { clone_url, ssh_url, html_url, default_branch } = repository;
    return {
      urls: present([clone_url, ssh_url, html_url]),
      ref,
      defaultBranch: default_branch,
      id: after,
    };
  }
  return undefined;
}

function present(urls: Array<string | undefined>): string[] {
  return urls.filter(one => one !== undefined);
}
