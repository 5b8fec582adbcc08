using System.Diagnostics;
using System.Globalization;
using Tiltas.Network.Tests;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>
/// Every service kills itself with SIGKILL at a named place while outside systems work; all of them in one run, each at a place of
/// its own. Afterwards nothing that a client was told is lost and nothing happened twice.
/// </summary>
public sealed class CrashTests(Net net)
{
    private const int Cases = 16;

    public static TheoryData<string, string, string, string> Places => new()
    {
        // referral, notification, directory, identification
        { "submit-referral.before-commit", "ReferralSubmitted.PutOnFeed.before-commit", "save.before-commit:2", "SubjectOpened.SubjectParties.before-commit" },
        { "submit-referral.after-commit", "ReferralAccepted.PutOnFeed.after-commit", "save.after-commit:2", "SubjectOpened.SubjectParties.after-commit" },
        { "save.before-commit:40", "ReferralSubmitted.after-effect-before-ack:3", "outbox.after-publish-before-mark", "SubjectOpened.after-effect-before-ack:3" },
        { "save.after-commit:40", "notices-delivered.before-commit:2", "", "save.before-commit:5" },
        { "outbox.after-publish-before-mark:3", "notices-delivered.after-commit:2", "", "save.after-commit:5" },
        { "NoticeSeen.AcknowledgeWhenSeen.before-commit", "save.after-commit", "", "outbox.after-publish-before-mark:2" },
        { "NoticeSeen.AcknowledgeWhenSeen.after-commit", "save.before-commit", "", "ReferralSubmitted.SubjectParties.before-commit" },
        { "ServiceOffered.after-effect-before-ack", "outbox.after-publish-before-mark:2", "", "ReferralSubmitted.SubjectParties.after-commit" },
    };

    [Theory, MemberData(nameof(Places))]
    public async Task Services_KilledAtNamedPlaces_LoseNothingAndDoNothingTwice(string referral, string notification, string directory, string identification)
    {
        var places = new Dictionary<string, string> { ["referral"] = referral, ["notification"] = notification, ["directory"] = directory, ["identification"] = identification };
        var armed = places.Where(place => place.Value.Length > 0).ToDictionary();
        var began = Stopwatch.GetTimestamp();
        await using var watch = new OutboxWatch(net.It);
        await using var alive = new Finally(() => Task.WhenAll(armed.Keys.Where(name => net.It.Network[name].Process!.Exited.IsCompleted).Select(name => net.It.Restart(name, ("CRASH_AT", null)))));
        await using var witness = await Witness.Begin(net.It);
        var course = await Course.Begin(net.It);
        await Task.WhenAll(armed.Select(place => net.It.Restart(place.Key, ("CRASH_AT", place.Value))));
        Say($"armed after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");

        var load = Task.WhenAll(Enumerable.Range(0, Cases).Select(number => Play(course, number)).Append(course.Offer($"lt-kopzi-trial-{course.Began:N}"[..40], 4)));
        var revived = Task.WhenAll(armed.Keys.Select(Revive));
        // What goes wrong in the load says more than that nobody died.
        if (await Task.WhenAny(load, revived) == load) await load;
        // Work that waits comes in fewer commits than work that drips: whoever has not reached its place gets more to do.
        for (var number = Cases; !revived.IsCompleted; number++) await Play(course, number);
        await revived;
        Say($"all dead and back after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        await load;
        await Reckoning.Hold(course, witness);
        Say($"done after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    private static async Task Play(Course course, int number)
    {
        var subject = await course.Open();
        var referral = await course.Submit(subject);
        switch (number % 4)
        {
            case 0:
                await course.See(referral);
                await course.Accept(referral);
                await course.Start(referral);
                await course.Complete(referral);
                break;
            case 1:
                await course.Identify(subject);
                await course.Accept(referral);
                break;
            case 2:
                await course.Identify(subject);
                await course.Acknowledge(referral);
                await course.Decline(referral);
                break;
            default:
                await course.Withdraw(referral);
                break;
        }
    }

    private async Task Revive(string service)
    {
        var process = net.It.Network[service].Process!;
        Assert.Equal(137, await process.Exited.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Say($"{service} died at {TimeProvider.System.GetUtcNow():HH:mm:ss.fff}");
        await net.It.Restart(service, ("CRASH_AT", null));
    }

    private static void Say(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
