using System.Diagnostics;

namespace Tiltas.Hosting.Messaging;

/// <summary>
/// Named places where a test build kills its own process with SIGKILL: <c>CRASH_AT=name</c>, or <c>name:3</c> for the third pass.
/// Release builds contain neither the calls nor the variable.
/// </summary>
internal static class CrashPoints
{
    public const string BeforeCommit = "before-commit";
    public const string AfterCommit = "after-commit";
    public const string AfterPublishBeforeMark = "after-publish-before-mark";
    public const string AfterEffectBeforeAck = "after-effect-before-ack";

    [Conditional("CRASH_POINTS")]
    public static void Pass(string place, string what)
    {
#if CRASH_POINTS
        if (Target is not { } target || target.Name != place && target.Name != $"{what}.{place}") return;
        if (Interlocked.Increment(ref _passes) == target.Pass) Process.GetCurrentProcess().Kill();
#endif
    }

#if CRASH_POINTS
    private static int _passes;

    private static readonly (string Name, int Pass)? Target = Environment.GetEnvironmentVariable("CRASH_AT") is { Length: > 0 } text
        ? text.Split(':') is [var name, var pass] ? (name, int.Parse(pass, System.Globalization.CultureInfo.InvariantCulture)) : (text, 1)
        : null;
#endif
}
