import { runReadme } from '@interlayer/test-kit';
import { beforeAll } from 'vitest';
import { environment } from './readme-environment';

beforeAll(async () => void Object.assign(process.env, await environment()));

runReadme(import.meta.url);
