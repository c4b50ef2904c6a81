import type { TrainResult } from '@interlayer/training';
import type { Recipe } from './recipe';
import type { Task } from './task';
import type { TrainRecipeOptions } from './train-recipe';

export async function writePackage(
  _recipe: Recipe,
  task: Task,
  _result: TrainResult,
  { out }: TrainRecipeOptions,
): Promise<void> {
  await task.save(out);
}
