using System.Globalization;

namespace Tiltas.Grpc.Wire;

/// <summary><c>grpc-timeout</c>: at most eight digits and one of H M S m u n.</summary>
internal static class GrpcTimeout
{
    private const int MostDigits = 8;

    /// <summary>False for anything else. A unit finer than a tick is rounded up, so that no timeout becomes none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MostDigits + 1) return false;
        long value = 0;
        foreach (var c in text[..^1])
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (value * 10) + (c - '0');
        }
        // 99 999 999 hours are fewer ticks than a long holds.
        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        if (ticks is null) return false;
        timeout = new(ticks.Value);
        return true;
    }

    /// <summary>In the finest unit that holds it; rounded up. Nothing or less becomes one nanosecond.</summary>
    public static string Format(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero) return "1n";
        foreach (var (unit, ticks) in Units)
        {
            var value = (timeout.Ticks / ticks) + (timeout.Ticks % ticks == 0 ? 0 : 1);
            if (value < 100_000_000) return value.ToString(CultureInfo.InvariantCulture) + unit;
        }
        return "99999999H";
    }

    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond), ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];
}
