import { byPrefix } from './registry-settings.ts';
import type { EcrWorld } from './world.ts';

/**
 * ECR creates a repository at its first push where a creation template says so (aws/containers-roadmap#853); without
 * one it does not. Who may not push leaves an empty repository behind, as a report there has it.
 */
export function createOnPush(world: EcrWorld, name: string): void {
  const { state } = world;
  if (state.repositories.has(name)) return;
  const onPush = [...state.creationTemplates.values()].filter(({ appliedFor }) =>
    appliedFor.includes('CREATE_ON_PUSH'),
  );
  const template = byPrefix(onPush, name);
  if (!template) return;
  const { mutability, exclusions, encryption, tags } = template;
  const settings = {
    name,
    createdAt: world.now(),
    mutability,
    exclusions,
    scanOnPush: false,
    encryption,
    tags,
  };
  state.change({ kind: 'repository', settings });
}
