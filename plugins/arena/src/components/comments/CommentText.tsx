import { lazy, Suspense } from 'react';
import styles from './Comments.module.css';

const MarkdownContent = lazy(async () => {
  const { MarkdownContent: component } = await import(
    '@backstage/core-components'
  );
  return { default: component };
});

/** Markdown of a stranger: no HTML, no images, and links that lead out of the portal say nothing of it. */
export function CommentText(props: { text: string }) {
  return (
    <div className={styles.text}>
      <Suspense fallback={props.text}>
        <MarkdownContent
          content={props.text}
          dialect="common-mark"
          linkTarget="_blank"
          transformLinkUri={webAddress}
          transformImageUri={() => ''}
        />
      </Suspense>
    </div>
  );
}

/** Other links become plain text. An address that runs a script would be refused by the link itself, and with it the whole page. */
function webAddress(href: string): string {
  if (!URL.canParse(href, window.location.href)) return '';
  const { protocol } = new URL(href, window.location.href);
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : '';
}
