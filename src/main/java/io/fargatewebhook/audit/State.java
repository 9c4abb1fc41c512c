package io.fargatewebhook.audit;

/** What became of a pod: the stable words of the audit's output and metric. */
public enum State {
    /** A Fargate profile took it, and it has its node. */
    Fargate(false),
    /** Just created, held back by a scheduling gate, or taken by a profile and still without a node. */
    Waiting(false),
    /** On EC2, and rightly so: the decision's own reason says why. */
    LeftAlone(false),
    /** Would be labelled, but its namespace only asks for a report. */
    ReportOnly(false),
    /** Older than its namespace's label. */
    BeforeOptIn(false),
    /** Was created without the label, although nothing spoke against it. */
    Missed(true),
    /** Has the label, and yet no Fargate profile took it when it was created. */
    NotTaken(true),
    /** A profile took it, and fargate-scheduler says that it cannot run it. */
    Refused(true);

    private final boolean problem;

    State(boolean problem) {
        this.problem = problem;
    }

    /** Whether somebody has to do something about it. */
    public boolean isProblem() {
        return problem;
    }
}
