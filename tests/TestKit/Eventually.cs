using System.Diagnostics;
using System.Net.Sockets;

namespace Tiltas.TestKit;

/// <summary>Waits for a condition that another process brings about.</summary>
public static class Eventually
{
    /// <summary>Asks again until the answer is not null.</summary>
    /// <exception cref="TimeoutException">It did not come in time; says what was waited for.</exception>
    public static async Task<T> Some<T>(string what, Func<Task<T?>> ask, int seconds = 30) where T : class
    {
        var start = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            try
            {
                if (await ask() is { } answer) return answer;
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or Npgsql.NpgsqlException or IOException or TaskCanceledException)
            {
                last = exception;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
        throw new TimeoutException($"Not seen within {seconds} s: {what}", last);
    }

    /// <summary>Asks again until the answer is yes.</summary>
    public static Task True(string what, Func<Task<bool>> ask, int seconds = 30) => Some(what, async () => await ask() ? "yes" : null, seconds);
}
