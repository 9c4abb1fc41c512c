/** Where the pods of opted-in namespaces run, which ones were missed and why, and how they get another chance. */
package io.fargatewebhook.audit;
