import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { identityApiRef, toastApiRef } from '@backstage/frontend-plugin-api';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { RenderResult } from '@testing-library/react';
import { SWRConfig } from 'swr';
import { useLocation } from 'react-router-dom';
import { kubernetesApiRef } from '@backstage/plugin-kubernetes-react';
import { arenaApiRef } from '../api';
import {
  compareRouteRef,
  jobRouteRef,
  jobsRouteRef,
  newJobRouteRef,
  rootRouteRef,
  runRouteRef,
  sourceRouteRef,
  sourcesRouteRef,
} from '../routes';
import { FrontendShell } from '../shell/FrontendShell';
import { FakeArenaApi } from './FakeArenaApi';
import { FakeKubernetes } from './FakeKubernetes';

function Where() {
  const { pathname, search } = useLocation();
  return <output data-testid="where">{`${pathname}${search}`}</output>;
}

/** Renders a component as the plugin's pages are, with a fake server, chosen permissions and, if given, the Kubernetes plugin. */
export function renderArena(
  element: JSX.Element,
  options: {
    api: FakeArenaApi;
    at?: string;
    denied?: string[];
    kubernetes?: FakeKubernetes;
  },
): RenderResult & { toasts: string[]; where: () => string } {
  const { api, at = '/', denied = [], kubernetes } = options;
  const toasts: string[] = [];
  const rendered = renderInTestApp(
    // The answers of the permission API are cached by a library, else from one test to the next.
    <SWRConfig value={{ provider: () => new Map(), dedupingInterval: 0 }}>
      <FrontendShell>
        {element}
        <Where />
      </FrontendShell>
    </SWRConfig>,
    {
      apis: [
        [arenaApiRef, api],
        [
          identityApiRef,
          mockApis.identity({ userEntityRef: 'user:default/test' }),
        ],
        ...(kubernetes ? [[kubernetesApiRef, kubernetes] as const] : []),
        [
          permissionApiRef,
          mockApis.permission({
            authorize: ({ permission }) =>
              denied.includes(permission.name)
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          }),
        ],
        [
          toastApiRef,
          {
            post: toast => {
              toasts.push(String(toast.title));
              return { close: () => {} };
            },
          },
        ],
      ],
      initialRouteEntries: [at],
      mountedRoutes: {
        '/arena': rootRouteRef,
        '/arena/jobs': jobsRouteRef,
        '/arena/sources': sourcesRouteRef,
        '/arena/new': newJobRouteRef,
        '/arena/compare': compareRouteRef,
        '/arena/jobs/:cluster/:namespace/:name': jobRouteRef,
        '/arena/sources/:cluster/:namespace/:name': sourceRouteRef,
        '/arena/runs/:runId': runRouteRef,
      },
    },
  );
  return {
    ...rendered,
    toasts,
    /** Address that the reader sees. */
    where: () => rendered.getByTestId('where').textContent ?? '',
  };
}
