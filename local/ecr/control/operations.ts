import { batchCheckLayerAvailability } from './batch-check-layer-availability.ts';
import { batchGetImage } from './batch-get-image.ts';
import { batchGetRepositoryScanningConfiguration } from './batch-get-repository-scanning-configuration.ts';
import { completeLayerUpload } from './complete-layer-upload.ts';
import { createRepository } from './create-repository.ts';
import {
  createRepositoryCreationTemplate,
  describeRepositoryCreationTemplates,
} from './creation-templates.ts';
import { deleteRepository } from './delete-repository.ts';
import { describeImageScanFindings } from './describe-image-scan-findings.ts';
import { describeImages } from './describe-images.ts';
import { describeRepositories } from './describe-repositories.ts';
import { getAuthorizationToken } from './get-authorization-token.ts';
import { initiateLayerUpload } from './initiate-layer-upload.ts';
import { listImageReferrers } from './list-image-referrers.ts';
import { listImages } from './list-images.ts';
import type { Operation } from './operation.ts';
import { createPullThroughCacheRule, describePullThroughCacheRules } from './pull-through-cache-rules.ts';
import { getAccountSetting, putAccountSetting } from './put-account-setting.ts';
import { putImageScanningConfiguration } from './put-image-scanning-configuration.ts';
import { putImageTagMutability } from './put-image-tag-mutability.ts';
import { deleteRegistryPolicy, getRegistryPolicy, putRegistryPolicy } from './registry-policy.ts';
import {
  getRegistryScanningConfiguration,
  putRegistryScanningConfiguration,
} from './registry-scanning-configuration.ts';
import { startImageScan } from './start-image-scan.ts';
import { uploadLayerPart } from './upload-layer-part.ts';

/** What this stand-in has of the control API. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['BatchCheckLayerAvailability', batchCheckLayerAvailability],
  ['BatchGetImage', batchGetImage],
  ['BatchGetRepositoryScanningConfiguration', batchGetRepositoryScanningConfiguration],
  ['CompleteLayerUpload', completeLayerUpload],
  ['CreatePullThroughCacheRule', createPullThroughCacheRule],
  ['CreateRepository', createRepository],
  ['CreateRepositoryCreationTemplate', createRepositoryCreationTemplate],
  ['DeleteRegistryPolicy', deleteRegistryPolicy],
  ['DeleteRepository', deleteRepository],
  ['DescribeImageScanFindings', describeImageScanFindings],
  ['DescribeImages', describeImages],
  ['DescribePullThroughCacheRules', describePullThroughCacheRules],
  ['DescribeRepositories', describeRepositories],
  ['DescribeRepositoryCreationTemplates', describeRepositoryCreationTemplates],
  ['GetAccountSetting', getAccountSetting],
  ['GetAuthorizationToken', getAuthorizationToken],
  ['GetRegistryPolicy', getRegistryPolicy],
  ['GetRegistryScanningConfiguration', getRegistryScanningConfiguration],
  ['InitiateLayerUpload', initiateLayerUpload],
  ['ListImageReferrers', listImageReferrers],
  ['ListImages', listImages],
  ['PutAccountSetting', putAccountSetting],
  ['PutImageScanningConfiguration', putImageScanningConfiguration],
  ['PutImageTagMutability', putImageTagMutability],
  ['PutRegistryPolicy', putRegistryPolicy],
  ['PutRegistryScanningConfiguration', putRegistryScanningConfiguration],
  ['StartImageScan', startImageScan],
  ['UploadLayerPart', uploadLayerPart],
]);

/** Of the account, not of a repository: IAM's resource for them can only be `*`. */
export const REGISTRY_WIDE: ReadonlySet<string> = new Set([
  'CreatePullThroughCacheRule',
  'CreateRepositoryCreationTemplate',
  'DeleteRegistryPolicy',
  'DescribePullThroughCacheRules',
  'DescribeRepositoryCreationTemplates',
  'GetAccountSetting',
  'GetAuthorizationToken',
  'GetRegistryPolicy',
  'GetRegistryScanningConfiguration',
  'PutAccountSetting',
  'PutRegistryPolicy',
  'PutRegistryScanningConfiguration',
]);
