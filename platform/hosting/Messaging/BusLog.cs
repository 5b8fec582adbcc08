using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tiltas.Hosting.Messaging;

/// <summary>
/// The bus library tells of each try of each connection and of each message that could not be sent. While a broker is away that is
/// hundreds of lines that say one thing; so each sort of line is let through once in ten seconds. What became of a received message
/// always is.
/// </summary>
internal sealed class BusLog(ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private const string Received = "R-";

    private readonly ConcurrentDictionary<(LogLevel Level, string Template), long> _last = [];

    public ILogger CreateLogger(string categoryName) => new Line(inner.CreateLogger(categoryName), this);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The factory belongs to the host.
    }

    private bool MaySay(LogLevel level, string template)
    {
        if (template.StartsWith(Received, StringComparison.Ordinal)) return true;
        var now = time.GetTimestamp();
        if (_last.TryAdd((level, template), now)) return true;
        var last = _last[(level, template)];
        return time.GetElapsedTime(last, now) >= Pause && _last.TryUpdate((level, template), now, last);
    }

    private sealed class Line(ILogger inner, BusLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel)) return;
            var template = state is IReadOnlyList<KeyValuePair<string, object?>> fields ? Telemetry.LogTemplate.Of(fields) : null;
            if (template is null || log.MaySay(logLevel, template)) inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
