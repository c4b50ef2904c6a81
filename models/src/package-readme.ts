type Section = 'name' | 'loader' | 'summary' | 'what' | 'when' | 'use' | 'api' | 'compatibility';

/** The README of a data package of models; `loader` is the package that loads them, `use` is code. */
export const packageReadme = ({
  name,
  loader,
  summary,
  what,
  when,
  use,
  api,
  compatibility,
}: Record<Section, string>) =>
  `# @interlayer/${name}

${summary}

## What is this?

${what}

## When should I use this?

${when}

## Install

> Not on npm yet: [install it from a clone](../../README.md#not-on-npm-yet).

\`\`\`sh
npm install @interlayer/${name} @interlayer/${loader} @tensorflow/tfjs-core@4.22.0
# for speed:
ONNXRUNTIME_NODE_INSTALL=skip npm install @interlayer/runtime onnxruntime-node
\`\`\`

\`ONNXRUNTIME_NODE_INSTALL=skip\` keeps onnxruntime-node from downloading CUDA files on Linux; leave it out on Windows.

## Use

\`\`\`ts
${use}
\`\`\`

## API

${api}

## Compatibility

Node 20 or newer. ${compatibility}

## License

MIT. The text it was trained on is in the public domain.
`;
